@NullMarked
package io.sinter.onnx.autodiff;

import org.jspecify.annotations.NullMarked;
