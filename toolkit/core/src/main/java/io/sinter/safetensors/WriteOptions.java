package io.sinter.safetensors;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a safetensors file says beside its tensors, and who hears how far the writing is.
 *
 * @param metadata {@code __metadata__}; written in the order of its keys
 * @param progress told after every megabyte
 */
public record WriteOptions(Map<String, String> metadata, Progress progress) {

    /** Hears how far the writing is. */
    @FunctionalInterface
    public interface Progress {
        /** {@code written} of {@code total} bytes of tensors are written. */
        void advanced(long written, long total);
    }

    /** Sorts the metadata. */
    public WriteOptions {
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /** With metadata, nobody listening. */
    public static WriteOptions of(Map<String, String> metadata) {
        return new WriteOptions(metadata, (written, total) -> {});
    }

    /** The same, with somebody listening. */
    public WriteOptions withProgress(Progress listener) {
        return new WriteOptions(metadata, listener);
    }
}
