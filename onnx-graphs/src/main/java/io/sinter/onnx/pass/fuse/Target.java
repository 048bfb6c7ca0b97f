package io.sinter.onnx.pass.fuse;

/** What a graph is to run on, which decides the operators that it may have. */
public enum Target {
    /** Any implementation of ONNX: operators of ONNX's own set only. */
    PORTABLE,
    /** ONNX Runtime on a processor: {@code com.microsoft} operators that its CPU provider computes fastest. */
    CPU,
    /** ONNX Runtime on an NVIDIA GPU: {@code com.microsoft} operators, and no shape arithmetic left on the CPU. */
    CUDA
}
