package io.sinter.onnx.io;

import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How a model is written.
 *
 * @param placement where the elements of constants go
 * @param externalThreshold constants of fewer bytes stay in the model file when others go external
 * @param location name of the external data file, in the model's folder; null for the model's file name and
 *     {@code .data}
 * @param alignment the external data of each constant begins at a multiple of this many bytes
 * @param progress is told how many more bytes are written, about every megabyte
 * @param ready waits for elements that are made while others are written, first to last
 */
public record WriteOptions(
        Placement placement,
        long externalThreshold,
        @Nullable String location,
        long alignment,
        LongConsumer progress,
        Ready ready) {

    /** Waits for elements that are still being made. */
    @FunctionalInterface
    public interface Ready {
        /** Returns when these bytes, which are written next, are there. */
        void await(MemorySegment bytes);
    }

    /** Where the elements of constants go. */
    public enum Placement {
        /** Into the model file, or next to it where protobuf's limit of 2 GB would be passed. */
        AUTOMATIC,
        /** Into the model file; an error where it would pass 2 GB. */
        EMBEDDED,
        /** Next to the model file. */
        EXTERNAL
    }

    /** One file if possible; external data in pages, for constants of 1 KiB and more. */
    public static final WriteOptions DEFAULT =
            new WriteOptions(Placement.AUTOMATIC, 1024, null, 4096, written -> {}, bytes -> {});

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a number is out of range, or the location is no plain file name
     */
    public WriteOptions {
        if (externalThreshold < 0 || alignment < 1) {
            throw new IllegalArgumentException("threshold %d and alignment %d: expected 0 or more, and 1 or more"
                    .formatted(externalThreshold, alignment));
        }
        if (location != null && !isFileName(location)) {
            throw new IllegalArgumentException("location \"" + location + "\": expected a plain file name");
        }
    }

    private static boolean isFileName(String text) {
        return text.matches("[^/\\\\:\\x00]+") && !text.equals(".") && !text.equals("..");
    }

    /** The same with another placement. */
    public WriteOptions withPlacement(Placement other) {
        return new WriteOptions(other, externalThreshold, location, alignment, progress, ready);
    }

    /** The same with another threshold, in bytes. */
    public WriteOptions withExternalThreshold(long bytes) {
        return new WriteOptions(placement, bytes, location, alignment, progress, ready);
    }

    /** The same with another name of the external data file. */
    public WriteOptions withLocation(@Nullable String fileName) {
        return new WriteOptions(placement, externalThreshold, fileName, alignment, progress, ready);
    }

    /** The same with another alignment, in bytes. */
    public WriteOptions withAlignment(long bytes) {
        return new WriteOptions(placement, externalThreshold, location, bytes, progress, ready);
    }

    /** The same with another listener. */
    public WriteOptions withProgress(LongConsumer listener) {
        return new WriteOptions(placement, externalThreshold, location, alignment, listener, ready);
    }

    /** The same with elements to wait for. */
    public WriteOptions withReady(Ready wait) {
        return new WriteOptions(placement, externalThreshold, location, alignment, progress, wait);
    }
}
