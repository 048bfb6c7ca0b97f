package io.sinter.checkpoint;

import io.sinter.checkpoint.PlannedTensor.Work;
import io.sinter.safetensors.TensorContent;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes merged tensors for a writer that takes them one after the other. All cores work some chunks ahead of it, over the
 * borders of tensors; a tensor that its method looks at as a whole is looked at while the ones before it are made. Memory is
 * bounded: a chunk is used again when it has been written.
 */
final class TensorStream implements AutoCloseable {

    /** A megabyte of float32: chunk, result and sources stay in the caches of a core. */
    private static final long CHUNK = 1 << 18;

    private static final int CHUNKS_A_CORE = 8;

    /** Tensors that are being prepared besides the one that is being made. */
    private static final int AHEAD = 3;

    private final Path folder;
    private final ForkJoinPool pool;
    private final int mostChunks;
    private final Iterator<PlannedTensor> rest;
    private final Deque<TensorJob> jobs = new ArrayDeque<>();
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private final Arena arena = Arena.ofShared();
    private final ConcurrentLinkedQueue<MemorySegment> buffers = new ConcurrentLinkedQueue<>();
    private final Map<String, Map<String, Likeness>> likeness = new LinkedHashMap<>();

    private record Chunk(TensorJob job, MemorySegment buffer, MemorySegment bytes, ForkJoinTask<Likeness> task) {}

    /**
     * A stream of these tensors.
     *
     * @param ordered in the order in which they will be asked for
     * @param folder where tensors that are made before they are merged may lie
     */
    TensorStream(List<PlannedTensor> ordered, Path folder) {
        int cores = Runtime.getRuntime().availableProcessors();
        this.folder = folder;
        this.pool = new ForkJoinPool(cores, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        this.mostChunks = cores * CHUNKS_A_CORE;
        this.rest = ordered.stream().filter(t -> t.work() instanceof Work.Merge).iterator();
    }

    /** A tensor for the writer. */
    TensorContent content(PlannedTensor tensor) {
        return new TensorContent(tensor.spec().dtype(), tensor.spec().shape(), sink -> {
            switch (tensor.work()) {
                case Work.Copy(TensorAddress source) -> copy(source, sink);
                case Work.Merge merge -> write(tensor, sink);
            }
        });
    }

    /** How layers compare with the models that went in: by layer, then by model. */
    Map<String, Map<String, Likeness>> likeness() {
        return likeness;
    }

    private void copy(TensorAddress source, TensorContent.Sink sink) {
        try (Arena temporary = Arena.ofShared()) {
            sink.write(source.read(new Scratch(temporary, folder)).data());
        }
    }

    private void write(PlannedTensor tensor, TensorContent.Sink sink) {
        Likeness sum = null;
        fill();
        for (long done = 0; done < tensor.spec().elements(); ) {
            Chunk chunk = chunks.removeFirst();
            if (!chunk.job.tensor().name().equals(tensor.name())) {
                throw new IllegalStateException(tensor.name() + " is asked for, but "
                        + chunk.job.tensor().name() + " is next");
            }
            Likeness of = join(chunk.task);
            sum = sum == null ? of : sum(sum, of);
            sink.write(chunk.bytes);
            done += chunk.bytes.byteSize() * Byte.SIZE / tensor.spec().dtype().bits();
            buffers.add(chunk.buffer);
            fill();
        }
        if (sum != null && tensor.work() instanceof Work.Merge merge) {
            note(tensor.layer(), merge.sources(), sum);
        }
        if (!jobs.isEmpty() && jobs.getFirst().tensor().name().equals(tensor.name())) {
            jobs.removeFirst().close();
        }
    }

    private static Likeness sum(Likeness sum, Likeness of) {
        sum.add(of);
        return sum;
    }

    private void note(String layer, List<TensorAddress> sources, Likeness sum) {
        for (int i = 0; i < sources.size(); i++) {
            Likeness one = new Likeness(
                    new double[] {sum.merged()[i]}, new double[] {sum.source()[i]}, new double[] {sum.product()[i]});
            likeness.computeIfAbsent(layer, l -> new LinkedHashMap<>())
                    .computeIfAbsent(sources.get(i).model(), m -> Likeness.none(1))
                    .add(one);
        }
    }

    /** Hands out chunks until enough are on their way, or a tensor is not prepared while there is something to write. */
    private void fill() {
        while (chunks.size() < mostChunks) {
            TensorJob job = nextJob();
            if (job == null || (!job.isPrepared() && !chunks.isEmpty())) {
                return;
            }
            join(job.prepared());
            long first = job.scheduled();
            long count = job.take(CHUNK);
            DType type = job.tensor().spec().dtype();
            MemorySegment buffer = buffer();
            MemorySegment bytes = buffer.asSlice(0, type.byteSize(count));
            chunks.addLast(new Chunk(job, buffer, bytes, pool.submit(() -> make(job, first, count, bytes))));
        }
    }

    /** The first job that has something left to hand out; some behind it are started. */
    private @Nullable TensorJob nextJob() {
        List<TensorJob> open =
                new ArrayList<>(jobs.stream().filter(j -> !j.isScheduled()).toList());
        while (open.size() <= AHEAD && rest.hasNext()) {
            PlannedTensor tensor = rest.next();
            if (tensor.work() instanceof Work.Merge merge && tensor.spec().elements() > 0) {
                TensorJob job = new TensorJob(tensor, merge, folder);
                jobs.addLast(job);
                open.add(job);
                job.start(pool);
            }
        }
        return open.isEmpty() ? null : open.getFirst();
    }

    private Likeness make(TensorJob job, long first, long count, MemorySegment bytes) {
        return job.make(first, new TensorData(job.tensor().spec().dtype(), List.of(count), bytes));
    }

    private MemorySegment buffer() {
        MemorySegment free = buffers.poll();
        return free == null ? arena.allocate(CHUNK * Double.BYTES, 64) : free;
    }

    private static <T> T join(ForkJoinTask<T> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while tensors were merged", e);
        }
    }

    /** Waits for what is under way, then frees the memory. */
    @Override
    public void close() {
        pool.shutdownNow();
        try {
            if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
                return; // memory that a thread may still write to is not freed
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        jobs.forEach(TensorJob::close);
        arena.close();
    }
}
