package io.sinter.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * The plain kernels until the vector ones are warm. Before the JIT compiler has reached them, vector kernels run 10 to 50
 * times slower than plain loops (a first pass over 12 million elements: 1 to 4 s against 0.1 to 0.25 s), and some never
 * win. So each operation runs both on a few elements of its own beside every call, until one has shown that it is faster.
 * Results do not depend on the choice.
 */
final class AdaptiveKernels implements Kernels {

    private static final int SAMPLE = 256;
    private static final int WINS_IN_A_ROW = 32;
    private static final int MOST_RACES = 20_000;

    private final Kernels plain;
    private final Kernels vector;
    private final Race scale;
    private final Race addScaled;
    private final Race dot;
    private final Race sum;
    private final Race accumulate;
    private final Race range;
    private final Race fromFloat16;
    private final Race toFloat16;
    private final Race fromBfloat16;
    private final Race toBfloat16;

    AdaptiveKernels(Kernels plain, Kernels vector) {
        this.plain = plain;
        this.vector = vector;
        MemorySegment a = Arena.ofAuto().allocate(SAMPLE * Float.BYTES, Float.BYTES);
        MemorySegment b = Arena.ofAuto().allocate(SAMPLE * Float.BYTES, Float.BYTES);
        MemorySegment half = Arena.ofAuto().allocate(SAMPLE * Short.BYTES, Short.BYTES);
        double[] totals = new double[SAMPLE];
        scale = new Race(kernels -> kernels.scale(1, a, b));
        addScaled = new Race(kernels -> kernels.addScaled(1, a, b));
        dot = new Race(kernels -> kernels.dot(a, b));
        sum = new Race(kernels -> kernels.sum(a));
        accumulate = new Race(kernels -> kernels.accumulate(a, totals));
        range = new Race(kernels -> kernels.range(a));
        fromFloat16 = new Race(kernels -> kernels.float16ToFloat(half, b));
        toFloat16 = new Race(kernels -> kernels.floatToFloat16(a, half));
        fromBfloat16 = new Race(kernels -> kernels.bfloat16ToFloat(half, b));
        toBfloat16 = new Race(kernels -> kernels.floatToBfloat16(a, half));
    }

    /** One operation's race; several threads may run it at once, and at worst count a win less. */
    private final class Race {

        private final Consumer<Kernels> sample;
        private volatile boolean decided;
        private volatile Kernels fastest = plain;
        private int races;
        private int wins;

        Race(Consumer<Kernels> sample) {
            this.sample = sample;
        }

        Kernels fastest() {
            if (!decided) {
                run();
            }
            return fastest;
        }

        private void run() {
            long start = System.nanoTime();
            sample.accept(vector);
            long middle = System.nanoTime();
            sample.accept(plain);
            long end = System.nanoTime();
            wins = middle - start < end - middle ? wins + 1 : 0;
            races++;
            if (wins == WINS_IN_A_ROW) {
                fastest = vector;
            }
            decided = wins == WINS_IN_A_ROW || races == MOST_RACES;
        }
    }

    @Override
    public void scale(float factor, MemorySegment source, MemorySegment target) {
        scale.fastest().scale(factor, source, target);
    }

    @Override
    public void addScaled(float factor, MemorySegment source, MemorySegment target) {
        addScaled.fastest().addScaled(factor, source, target);
    }

    @Override
    public double dot(MemorySegment a, MemorySegment b) {
        return dot.fastest().dot(a, b);
    }

    @Override
    public double sum(MemorySegment a) {
        return sum.fastest().sum(a);
    }

    @Override
    public void accumulate(MemorySegment source, double[] totals) {
        accumulate.fastest().accumulate(source, totals);
    }

    @Override
    public Range range(MemorySegment source) {
        return range.fastest().range(source);
    }

    @Override
    public void float16ToFloat(MemorySegment source, MemorySegment target) {
        fromFloat16.fastest().float16ToFloat(source, target);
    }

    @Override
    public void floatToFloat16(MemorySegment source, MemorySegment target) {
        toFloat16.fastest().floatToFloat16(source, target);
    }

    @Override
    public void bfloat16ToFloat(MemorySegment source, MemorySegment target) {
        fromBfloat16.fastest().bfloat16ToFloat(source, target);
    }

    @Override
    public void floatToBfloat16(MemorySegment source, MemorySegment target) {
        toBfloat16.fastest().floatToBfloat16(source, target);
    }
}
