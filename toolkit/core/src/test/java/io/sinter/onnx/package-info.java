/** Graph passes on the real models. */
@NullMarked
package io.sinter.onnx;

import org.jspecify.annotations.NullMarked;
