/** Fusions: operators that ONNX Runtime computes in one kernel, in the place of the many nodes that exporters write. */
@NullMarked
package io.sinter.onnx.pass.fuse;

import org.jspecify.annotations.NullMarked;
