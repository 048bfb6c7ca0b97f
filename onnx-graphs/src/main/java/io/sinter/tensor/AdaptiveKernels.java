package io.sinter.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The plain kernels until the vector ones are warm. Before the JIT compiler has reached them, vector kernels run 10 to 50
 * times slower than plain loops (a first pass over 12 million elements: 1 to 4 s against 0.1 to 0.25 s), and warm they gain
 * about a nanosecond an element: too little for a single merge. So an operation that has done some hundred million elements
 * has its vector kernel run in the background until that is compiled, and then changes over. Results do not depend on it.
 */
final class AdaptiveKernels implements Kernels {

    /** Elements of one operation (half a gigabyte of float32) after which more of them are to be expected. */
    static final long ENOUGH_WORK = 1 << 27;

    private static final int SAMPLE = 4096;
    private static final long WARM_NANOS = 2L * SAMPLE;
    private static final int WARM_IN_A_ROW = 32;
    private static final int MOST_SAMPLES = 20_000;

    private final Kernels plain;
    private final Kernels vector;
    private final long enoughWork;
    private final Choice scale;
    private final Choice addScaled;
    private final Choice dot;
    private final Choice sum;
    private final Choice accumulate;
    private final Choice range;
    private final Choice fromFloat16;
    private final Choice toFloat16;
    private final Choice fromBfloat16;
    private final Choice toBfloat16;

    AdaptiveKernels(Kernels plain, Kernels vector, long enoughWork) {
        this.plain = plain;
        this.vector = vector;
        this.enoughWork = enoughWork;
        MemorySegment a = Arena.ofAuto().allocate(SAMPLE * Float.BYTES, Float.BYTES);
        MemorySegment b = Arena.ofAuto().allocate(SAMPLE * Float.BYTES, Float.BYTES);
        MemorySegment half = Arena.ofAuto().allocate(SAMPLE * Short.BYTES, Short.BYTES);
        double[] totals = new double[SAMPLE];
        scale = new Choice(() -> vector.scale(1, a, b));
        addScaled = new Choice(() -> vector.addScaled(1, a, b));
        dot = new Choice(() -> vector.dot(a, b));
        sum = new Choice(() -> vector.sum(a));
        accumulate = new Choice(() -> vector.accumulate(a, totals));
        range = new Choice(() -> vector.range(a));
        fromFloat16 = new Choice(() -> vector.float16ToFloat(half, b));
        toFloat16 = new Choice(() -> vector.floatToFloat16(a, half));
        fromBfloat16 = new Choice(() -> vector.bfloat16ToFloat(half, b));
        toBfloat16 = new Choice(() -> vector.floatToBfloat16(a, half));
    }

    /** Which kernels do one operation. */
    private final class Choice {

        private final Runnable sample;
        private final AtomicLong work = new AtomicLong();
        private volatile Kernels kernels = plain;

        Choice(Runnable sample) {
            this.sample = sample;
        }

        /** The kernels for this many elements. */
        Kernels of(long elements) {
            if (work.get() < enoughWork && work.addAndGet(elements) >= enoughWork) {
                Thread.ofPlatform().daemon().name("sinter-warm-up").start(this::warmUp);
            }
            return kernels;
        }

        /** Runs the vector kernel until it takes less than 2 ns an element; where it never does, plain loops stay. */
        private void warmUp() {
            int warm = 0;
            for (int i = 0; i < MOST_SAMPLES && warm < WARM_IN_A_ROW; i++) {
                long start = System.nanoTime();
                sample.run();
                warm = System.nanoTime() - start < WARM_NANOS ? warm + 1 : 0;
            }
            if (warm == WARM_IN_A_ROW) {
                kernels = vector;
            }
        }
    }

    @Override
    public void scale(float factor, MemorySegment source, MemorySegment target) {
        scale.of(floats(target)).scale(factor, source, target);
    }

    @Override
    public void addScaled(float factor, MemorySegment source, MemorySegment target) {
        addScaled.of(floats(target)).addScaled(factor, source, target);
    }

    @Override
    public double dot(MemorySegment a, MemorySegment b) {
        return dot.of(floats(a)).dot(a, b);
    }

    @Override
    public double sum(MemorySegment a) {
        return sum.of(floats(a)).sum(a);
    }

    @Override
    public void accumulate(MemorySegment source, double[] totals) {
        accumulate.of(totals.length).accumulate(source, totals);
    }

    @Override
    public Range range(MemorySegment source) {
        return range.of(floats(source)).range(source);
    }

    @Override
    public void float16ToFloat(MemorySegment source, MemorySegment target) {
        fromFloat16.of(floats(target)).float16ToFloat(source, target);
    }

    @Override
    public void floatToFloat16(MemorySegment source, MemorySegment target) {
        toFloat16.of(floats(source)).floatToFloat16(source, target);
    }

    @Override
    public void bfloat16ToFloat(MemorySegment source, MemorySegment target) {
        fromBfloat16.of(floats(target)).bfloat16ToFloat(source, target);
    }

    @Override
    public void floatToBfloat16(MemorySegment source, MemorySegment target) {
        toBfloat16.of(floats(source)).floatToBfloat16(source, target);
    }

    private static long floats(MemorySegment segment) {
        return segment.byteSize() / Float.BYTES;
    }
}
