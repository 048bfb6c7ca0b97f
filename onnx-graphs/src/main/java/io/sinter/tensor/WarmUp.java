package io.sinter.tensor;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells when a vector kernel has become faster than plain loops. Before the JIT compiler has reached it, it runs 10 to 50
 * times slower (a first pass over 12 million elements: 1 to 4 s against 0.1 to 0.25 s), and warm it gains about a nanosecond
 * an element: too little for a single merge. So an operation that has done some hundred million elements has its vector
 * kernel run in the background until that is compiled.
 */
final class WarmUp {

    /** Elements of one operation (half a gigabyte of float32) after which more of them are to be expected. */
    static final long ENOUGH_WORK = 1 << 27;

    /** Elements of a sample. */
    static final int SAMPLE = 4096;

    private static final long WARM_NANOS = 2L * SAMPLE;
    private static final int WARM_IN_A_ROW = 32;
    private static final int MOST_SAMPLES = 20_000;

    private final Runnable sample;
    private final long enoughWork;
    private final AtomicLong work = new AtomicLong();
    private volatile boolean warm;

    /**
     * Of a kernel that is cold.
     *
     * @param sample runs it on {@value #SAMPLE} elements
     * @param enoughWork elements after which it is warmed up
     */
    WarmUp(Runnable sample, long enoughWork) {
        this.sample = sample;
        this.enoughWork = enoughWork;
    }

    /** Whether the kernel is warm; so many elements are about to be worked on. */
    boolean isWarm(long elements) {
        if (work.get() < enoughWork && work.addAndGet(elements) >= enoughWork) {
            Thread.ofPlatform().daemon().name("sinter-warm-up").start(this::run);
        }
        return warm;
    }

    /** Runs the kernel until it takes less than 2 ns an element; where it never does, plain loops stay. */
    private void run() {
        int inARow = 0;
        for (int i = 0; i < MOST_SAMPLES && inARow < WARM_IN_A_ROW; i++) {
            long start = System.nanoTime();
            sample.run();
            inARow = System.nanoTime() - start < WARM_NANOS ? inARow + 1 : 0;
        }
        warm = inARow == WARM_IN_A_ROW;
    }
}
