package io.sinter.runtime;

/**
 * How a session runs. On {@link Device#CUDA} that is the first GPU that {@code CUDA_VISIBLE_DEVICES} shows.
 *
 * @param device where
 * @param threads threads inside an operator; 0 takes one a core
 */
public record SessionOptions(Device device, int threads) {

    /** On the processor, one thread a core. */
    public static final SessionOptions DEFAULT = new SessionOptions(Device.CPU, 0);

    /** Checks the number of threads. */
    public SessionOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads: got " + threads + ", expected 0 or more");
        }
    }
}
