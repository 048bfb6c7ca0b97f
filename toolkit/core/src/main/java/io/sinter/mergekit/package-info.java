/** mergekit's recipes: YAML to records. What they ask for is done in {@code io.sinter.checkpoint}. */
@NullMarked
package io.sinter.mergekit;

import org.jspecify.annotations.NullMarked;
