/** Measuring encoders: semantic textual similarity and the statistics for it. */
@NullMarked
package io.sinter.eval;

import org.jspecify.annotations.NullMarked;
