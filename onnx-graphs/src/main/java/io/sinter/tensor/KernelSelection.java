package io.sinter.tensor;

/** Chooses the kernels once. The vector class is linked only where its module was added to the JVM. */
final class KernelSelection {

    /** Whether vectors are to be had, and wide enough to be worth it. */
    static final boolean VECTORS =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && VectorKernels.isFast();

    static final Kernels BEST = select();

    private KernelSelection() {}

    private static Kernels select() {
        PlainKernels plain = new PlainKernels();
        return VECTORS ? new AdaptiveKernels(plain, new VectorKernels(), WarmUp.ENOUGH_WORK) : plain;
    }
}
