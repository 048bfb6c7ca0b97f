/** Tests of the verifier. */
@NullMarked
package io.sinter.onnx.check;

import org.jspecify.annotations.NullMarked;
