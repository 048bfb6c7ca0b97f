/** Gradients: reverse-mode differentiation that appends ordinary ONNX nodes to a graph. */
@NullMarked
package io.sinter.onnx.autodiff;

import org.jspecify.annotations.NullMarked;
