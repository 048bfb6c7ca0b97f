package io.sinter.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What Linux says of processes and of the load that other programs make. */
final class MemoryUse {

    private MemoryUse() {}

    /** Anonymous memory of a process in kB, without files that it has mapped; nothing once it has ended. */
    static Optional<Long> anonymous(long pid) {
        return field(Path.of("/proc/" + pid + "/status"), "RssAnon:");
    }

    /** Prints the load, for readers of timings. */
    static void print() {
        try {
            System.out.printf(
                    "load %s on %d processors%n",
                    Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
                    Runtime.getRuntime().availableProcessors());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Long> field(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> Long.valueOf(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
