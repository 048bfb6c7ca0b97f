package io.sinter.train;

import io.sinter.tensor.TensorData;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes batches on another thread while the one before is learned from. Closing waits for what is being made. */
final class Prefetch implements AutoCloseable {

    private static final int AHEAD = 2;

    private final BatchSource source;
    private final long end;
    private final ExecutorService maker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sinter-batches").daemon().factory());
    private final Deque<Future<Map<String, TensorData>>> made = new ArrayDeque<>();
    private long next;

    /**
     * Starts to make batches.
     *
     * @param from number of the first
     * @param end number after the last
     */
    Prefetch(BatchSource source, long from, long end) {
        this.source = source;
        this.next = from;
        this.end = end;
        for (int i = 0; i < AHEAD; i++) {
            startOne();
        }
    }

    private void startOne() {
        if (next < end) {
            long number = next++;
            made.add(maker.submit(() -> source.batch(number)));
        }
    }

    /**
     * The next batch, once it is made.
     *
     * @throws RuntimeException what the source threw
     */
    Map<String, TensorData> next() {
        startOne();
        try {
            return made.remove().get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a batch was made", e);
        }
    }

    @Override
    public void close() {
        made.forEach(batch -> batch.cancel(false));
        maker.close();
    }
}
