package io.sinter.inference;

import io.sinter.runtime.Device;
import io.sinter.runtime.SessionOptions;

/**
 * How batches run.
 *
 * @param session device and threads of an operator
 * @param requests batches that run at the same time
 * @param batchTokens tokens of a batch, padding included; a longer text is a batch of its own
 */
public record Execution(SessionOptions session, int requests, int batchTokens) {

    /** Checks the numbers. */
    public Execution {
        if (requests < 1 || batchTokens < 1) {
            throw new IllegalArgumentException(
                    "requests %d, batchTokens %d: expected 1 or more".formatted(requests, batchTokens));
        }
    }

    /**
     * On the processor, for throughput: a batch for each core, one thread each. Small batches stay in the cores' caches:
     * all-MiniLM-L6-v2 took 1.7 s for 256 sentences in batches of 512 tokens, 1.8 s of 1024, 2.7 s of 4096 (two busy
     * cores, best of five).
     */
    public static Execution processor() {
        return new Execution(
                new SessionOptions(Device.CPU, 1),
                java.lang.Runtime.getRuntime().availableProcessors(),
                1024);
    }

    /** On an NVIDIA GPU: one batch at a time, large. */
    public static Execution cuda() {
        return new Execution(new SessionOptions(Device.CUDA, 1), 1, 32_768);
    }
}
