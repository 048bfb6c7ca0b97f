package io.sinter.cli;

/** Sizes for people. */
final class Sizes {

    private Sizes() {}

    /** Bytes in the largest decimal unit that leaves at least one before the point: {@code 46.9 MB}. */
    static String format(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        if (bytes < 1_000_000) {
            return "%.1f kB".formatted(bytes / 1e3);
        }
        return bytes < 1_000_000_000 ? "%.1f MB".formatted(bytes / 1e6) : "%.2f GB".formatted(bytes / 1e9);
    }
}
