package io.sinter.runtime;

import io.sinter.onnx.ir.TensorType;

/** An input or output of a session. */
public record Port(String name, TensorType type) {}
