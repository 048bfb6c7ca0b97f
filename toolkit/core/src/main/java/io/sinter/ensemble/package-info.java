/** Several encoders in one graph: planned, spliced together, written, verified. */
@NullMarked
package io.sinter.ensemble;

import org.jspecify.annotations.NullMarked;
