/** Tests of reading and writing ONNX files. */
@NullMarked
package io.sinter.onnx.io;

import org.jspecify.annotations.NullMarked;
