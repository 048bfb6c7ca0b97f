/** Emitting nodes: a method per operator, which infers types and shapes as it goes. */
@NullMarked
package io.sinter.onnx.op;

import org.jspecify.annotations.NullMarked;
