package io.sinter.tensor;

/** Chooses the kernels once. The vector class is linked only where its module was added to the JVM. */
final class KernelSelection {

    static final Kernels BEST = select();

    private KernelSelection() {}

    private static Kernels select() {
        PlainKernels plain = new PlainKernels();
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty() || !VectorKernels.isFast()) {
            return plain;
        }
        return new AdaptiveKernels(plain, new VectorKernels(), AdaptiveKernels.ENOUGH_WORK);
    }
}
