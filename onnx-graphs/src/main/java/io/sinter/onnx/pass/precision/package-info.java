/** Passes that make a float32 graph smaller or faster by giving its numbers fewer bits. */
@NullMarked
package io.sinter.onnx.pass.precision;

import org.jspecify.annotations.NullMarked;
