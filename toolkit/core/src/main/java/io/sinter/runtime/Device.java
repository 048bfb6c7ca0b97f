package io.sinter.runtime;

/** Where a graph runs. */
public enum Device {
    /** The processor. */
    CPU,
    /** An NVIDIA GPU, through ONNX Runtime's CUDA provider. */
    CUDA
}
