@NullMarked
package io.sinter.onnx.pass.precision;

import org.jspecify.annotations.NullMarked;
