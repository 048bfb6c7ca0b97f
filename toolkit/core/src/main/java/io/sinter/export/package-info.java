/** Makes an .onnx directory of a checkpoint. */
@org.jspecify.annotations.NullMarked
package io.sinter.export;
