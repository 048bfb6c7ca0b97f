package io.sinter.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The plain kernels until the vector ones are warm ({@link WarmUp}). Mapped memory is always for the plain ones: if its file
 * is cut short, they throw, while a vector instruction ends the process. Results do not depend on it.
 */
final class AdaptiveKernels implements Kernels {

    private final Kernels plain;
    private final Kernels vector;
    private final WarmUp scale;
    private final WarmUp addScaled;
    private final WarmUp dot;
    private final WarmUp sum;
    private final WarmUp accumulate;
    private final WarmUp range;
    private final WarmUp fromFloat16;
    private final WarmUp toFloat16;
    private final WarmUp fromBfloat16;
    private final WarmUp toBfloat16;

    AdaptiveKernels(Kernels plain, Kernels vector, long enoughWork) {
        this.plain = plain;
        this.vector = vector;
        MemorySegment a = Arena.ofAuto().allocate(WarmUp.SAMPLE * Float.BYTES, Float.BYTES);
        MemorySegment b = Arena.ofAuto().allocate(WarmUp.SAMPLE * Float.BYTES, Float.BYTES);
        MemorySegment half = Arena.ofAuto().allocate(WarmUp.SAMPLE * Short.BYTES, Short.BYTES);
        double[] totals = new double[WarmUp.SAMPLE];
        scale = new WarmUp(() -> vector.scale(1, a, b), enoughWork);
        addScaled = new WarmUp(() -> vector.addScaled(1, a, b), enoughWork);
        dot = new WarmUp(() -> vector.dot(a, b), enoughWork);
        sum = new WarmUp(() -> vector.sum(a), enoughWork);
        accumulate = new WarmUp(() -> vector.accumulate(a, totals), enoughWork);
        range = new WarmUp(() -> vector.range(a), enoughWork);
        fromFloat16 = new WarmUp(() -> vector.float16ToFloat(half, b), enoughWork);
        toFloat16 = new WarmUp(() -> vector.floatToFloat16(a, half), enoughWork);
        fromBfloat16 = new WarmUp(() -> vector.bfloat16ToFloat(half, b), enoughWork);
        toBfloat16 = new WarmUp(() -> vector.floatToBfloat16(a, half), enoughWork);
    }

    private Kernels of(WarmUp operation, MemorySegment counted, MemorySegment other) {
        return operation.isWarm(floats(counted)) && !counted.isMapped() && !other.isMapped() ? vector : plain;
    }

    @Override
    public void scale(float factor, MemorySegment source, MemorySegment target) {
        of(scale, target, source).scale(factor, source, target);
    }

    @Override
    public void addScaled(float factor, MemorySegment source, MemorySegment target) {
        of(addScaled, target, source).addScaled(factor, source, target);
    }

    @Override
    public double dot(MemorySegment a, MemorySegment b) {
        return of(dot, a, b).dot(a, b);
    }

    @Override
    public double sum(MemorySegment a) {
        return of(sum, a, a).sum(a);
    }

    @Override
    public void accumulate(MemorySegment source, double[] totals) {
        of(accumulate, source, source).accumulate(source, totals);
    }

    @Override
    public Range range(MemorySegment source) {
        return of(range, source, source).range(source);
    }

    @Override
    public void float16ToFloat(MemorySegment source, MemorySegment target) {
        of(fromFloat16, target, source).float16ToFloat(source, target);
    }

    @Override
    public void floatToFloat16(MemorySegment source, MemorySegment target) {
        of(toFloat16, source, target).floatToFloat16(source, target);
    }

    @Override
    public void bfloat16ToFloat(MemorySegment source, MemorySegment target) {
        of(fromBfloat16, target, source).bfloat16ToFloat(source, target);
    }

    @Override
    public void floatToBfloat16(MemorySegment source, MemorySegment target) {
        of(toBfloat16, source, target).floatToBfloat16(source, target);
    }

    private static long floats(MemorySegment segment) {
        return segment.byteSize() / Float.BYTES;
    }
}
