/**
 * Merges of the weights of models of one architecture, tensor by tensor: arithmetic over memory that is streamed, never a
 * graph. Each method is a record; {@link io.sinter.weights.WeightMerges} lists them.
 */
@NullMarked
package io.sinter.weights;

import org.jspecify.annotations.NullMarked;
