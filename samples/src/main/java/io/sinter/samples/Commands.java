package io.sinter.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Other programs. */
final class Commands {

    private Commands() {}

    /** Runs a program to its end; its output goes where this one's goes. */
    static void run(String... line) {
        try {
            int status = new ProcessBuilder(line).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IllegalStateException(Arrays.toString(line) + ": exit status " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
