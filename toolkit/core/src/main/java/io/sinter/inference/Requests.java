package io.sinter.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Threads that run a model, so many requests at a time. */
final class Requests implements AutoCloseable {

    private final ExecutorService threads;

    /**
     * Threads.
     *
     * @param name what their names begin with
     * @param atATime how many there are
     */
    Requests(String name, int atATime) {
        this.threads = Executors.newFixedThreadPool(
                atATime, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    }

    /**
     * Does the same with each of some things; after a failure, what has not begun is left out.
     *
     * @return what was made of each, in their order
     * @throws RuntimeException what one of them failed with, as it was
     */
    <T, R> List<R> each(List<T> things, Function<T, R> work) {
        List<Future<R>> running = new ArrayList<>();
        for (T thing : things) {
            running.add(threads.submit(() -> work.apply(thing)));
        }
        List<R> results = new ArrayList<>();
        try {
            for (Future<R> future : running) {
                results.add(await(future));
            }
        } finally {
            running.forEach(future -> future.cancel(false));
        }
        return results;
    }

    private static <R> R await(Future<R> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running a model", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
