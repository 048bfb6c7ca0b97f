/** Rows for tokens that a model lacks: each method a record. */
@NullMarked
package io.sinter.missing;

import org.jspecify.annotations.NullMarked;
