package io.sinter.output;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Wall time of the steps of something, in milliseconds. */
public final class Stopwatch {

    private final Map<String, Long> milliseconds = new LinkedHashMap<>();

    /** Runs a step and notes how long it took. */
    public <T> T time(String step, Supplier<T> work) {
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            milliseconds.merge(step, (System.nanoTime() - begin) / 1_000_000, Long::sum);
        }
    }

    /** Runs a step and notes how long it took. */
    public void time(String step, Runnable work) {
        time(step, () -> {
            work.run();
            return step;
        });
    }

    /** The steps so far. */
    public Map<String, Long> milliseconds() {
        return Collections.unmodifiableMap(milliseconds);
    }
}
