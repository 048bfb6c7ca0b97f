/**
 * ONNX files: reading, writing, external data and a text form. The only package that sees the protobuf classes.
 *
 * <p>Weights never pass through protobuf. {@link io.sinter.onnx.io.OnnxReader} walks the wire format of the mapped file,
 * notes where each tensor's {@code raw_data} lies and lets protobuf parse what remains; the writer does the reverse.
 */
@NullMarked
package io.sinter.onnx.io;

import org.jspecify.annotations.NullMarked;
