/** Where the numbers of a combination come from: files, exact or random starts, fits, training. */
@NullMarked
package io.sinter.parameters;

import org.jspecify.annotations.NullMarked;
