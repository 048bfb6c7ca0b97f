package io.sinter.checkpoint;

import io.sinter.checkpoint.PlannedTensor.Work;
import io.sinter.error.MalformedException;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.weights.MergedWeights;
import io.sinter.weights.TensorGroup;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One tensor on its way: what was prepared for it, and how far it has been handed out. */
final class TensorJob implements AutoCloseable {

    /** Elements of a chunk that are compared with the sources: enough for numbers, few enough to cost nothing. */
    private static final long COMPARED = 1 << 11;

    private final PlannedTensor tensor;
    private final Work.Merge work;
    private final @Nullable Arena arena;
    private final List<Supplier<TensorData>> readers;
    private List<TensorData> sources = List.of();
    private @Nullable ForkJoinTask<MergedWeights> prepared;
    private long scheduled;

    @SuppressWarnings("MustBeClosedChecker") // close() does
    TensorJob(PlannedTensor tensor, Work.Merge work, Path folder) {
        this.tensor = tensor;
        this.work = work;
        boolean stored = work.sources().stream().allMatch(TensorAddress::isStored);
        this.arena = stored ? null : Arena.ofShared();
        Scratch scratch = new Scratch(arena == null ? Arena.global() : arena, folder);
        this.readers = work.sources().stream()
                .<Supplier<TensorData>>map(source -> () -> source.read(scratch))
                .toList();
    }

    PlannedTensor tensor() {
        return tensor;
    }

    /** Elements that were handed out. */
    long scheduled() {
        return scheduled;
    }

    /** Hands out the next elements, up to so many. */
    long take(long most) {
        long count = Math.min(most, tensor.spec().elements() - scheduled);
        scheduled += count;
        return count;
    }

    boolean isScheduled() {
        return scheduled == tensor.spec().elements();
    }

    void start(ForkJoinPool pool) {
        prepared = pool.submit(this::prepare);
    }

    boolean isPrepared() {
        return prepared != null && prepared.isDone();
    }

    ForkJoinTask<MergedWeights> prepared() {
        ForkJoinTask<MergedWeights> task = prepared;
        if (task == null) {
            throw new IllegalStateException(tensor.name() + " was not started");
        }
        return task;
    }

    private MergedWeights prepare() {
        return named(() -> {
            List<TensorData> read = readers.stream().map(Supplier::get).toList();
            sources = read;
            boolean based = work.base() != null;
            return work.merge()
                    .prepare(new TensorGroup(
                            tensor.name(),
                            based ? read.getFirst() : null,
                            based ? read.subList(1, read.size()) : read,
                            work.seed()));
        });
    }

    /**
     * Makes a stretch of the result.
     *
     * @param first element
     * @param target of the result's type
     */
    Likeness make(long first, TensorData target) {
        return named(() -> {
            prepared().join().into(first, target);
            return compare(first, target);
        });
    }

    private Likeness compare(long first, TensorData made) {
        long count = Math.min(COMPARED, made.elementCount());
        double share = (double) made.elementCount() / count;
        float[] merged = floats(made, 0, count);
        Likeness likeness = Likeness.none(sources.size());
        for (int i = 0; i < sources.size(); i++) {
            float[] source = floats(sources.get(i), first, count);
            likeness.merged()[i] = share * dot(merged, merged);
            likeness.source()[i] = share * dot(source, source);
            likeness.product()[i] = share * dot(merged, source);
        }
        return likeness;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static float[] floats(TensorData tensor, long first, long count) {
        long begin = tensor.dtype().byteSize(first);
        MemorySegment data = tensor.data().asSlice(begin, tensor.dtype().byteSize(count));
        return Conversion.convert(new TensorData(tensor.dtype(), List.of(count), data), DType.FLOAT)
                .toFloatArray();
    }

    /** Messages of methods count the models; users know them by name. */
    private <T> T named(Supplier<T> task) {
        try {
            return task.get();
        } catch (MalformedException e) {
            String names = work.models().stream().map(TensorAddress::model).collect(Collectors.joining(", "));
            throw new MalformedException(e.getMessage() + " (the models are " + names + ")", e);
        }
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
