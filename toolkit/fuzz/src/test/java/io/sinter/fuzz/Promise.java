package io.sinter.fuzz;

import com.sun.management.ThreadMXBean;
import io.sinter.error.SinterException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What every reader of untrusted files promises, whatever the bytes: it returns, or throws a {@link SinterException} with a
 * message; in less than a second; and it allocates no more than a small multiple of the input's size and a constant.
 */
public final class Promise {

    /** Most time that one input may take, of the processor's time of its thread. */
    static final Duration MOST_TIME = Duration.ofSeconds(1);

    /** Bytes that may be allocated for an input of any size, and for each of its bytes. */
    static final long CONSTANT = 4L << 20;

    /** Allocated bytes, garbage included, for each byte of the input. */
    static final long MULTIPLE = 400;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Promise() {}

    /** Reads something; a {@link SinterException} is as good as a result. */
    @FunctionalInterface
    public interface Reader {
        /** Reads the input and uses what comes out. */
        void read(byte[] input);
    }

    /**
     * Holds a reader to its promise. An input that seems too dear is read once more, as the first one pays for the loading
     * of classes.
     *
     * @throws AssertionError if it needs too much time or memory, or refuses without a message
     */
    public static void hold(byte[] input, Reader reader) {
        if (!measure(input, reader).isCheapFor(input)) {
            Cost cost = measure(input, reader);
            if (!cost.isCheapFor(input)) {
                throw new AssertionError("%d bytes of input took %d ms and %d bytes of memory, at most %d ms and %d"
                        .formatted(
                                input.length,
                                cost.nanos / 1_000_000,
                                cost.bytes,
                                MOST_TIME.toMillis(),
                                mostBytes(input)));
            }
        }
    }

    private static Cost measure(byte[] input, Reader reader) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        try {
            reader.read(input);
        } catch (SinterException refused) {
            if (refused.getMessage().isBlank()) {
                throw new AssertionError("refused without a message", refused);
            }
        }
        return new Cost(THREADS.getCurrentThreadCpuTime() - nanos, THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    private static long mostBytes(byte[] input) {
        return CONSTANT + MULTIPLE * input.length;
    }

    private record Cost(long nanos, long bytes) {
        private boolean isCheapFor(byte[] input) {
            return nanos <= MOST_TIME.toNanos() && bytes <= mostBytes(input);
        }
    }
}
