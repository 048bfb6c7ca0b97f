/** Graph invariants, checked between passes. */
@NullMarked
package io.sinter.onnx.check;

import org.jspecify.annotations.NullMarked;
