package io.sinter.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a merge's report ends with.
 *
 * @param files of the output, with their sizes in bytes
 * @param milliseconds that each step took
 * @param notes what a user should know
 */
record OutputLines(Map<String, Long> files, Map<String, Long> milliseconds, List<String> notes) {

    void print(PrintWriter out) {
        files.forEach((file, bytes) -> out.printf("  %10s  %s%n", Sizes.format(bytes), file));
        out.printf(
                "  milliseconds: %s%n",
                milliseconds.entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", ")));
        notes.forEach(note -> out.println("  note: " + note));
    }
}
