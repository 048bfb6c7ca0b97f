/** Tests of the passes. */
@NullMarked
package io.sinter.onnx.pass;

import org.jspecify.annotations.NullMarked;
