package io.sinter.cli;

import io.sinter.file.Unfinished;
import java.util.Map;
import org.jline.utils.Signals;

/**
 * What Ctrl-C and {@code kill} do: remove what is half-written and end at once. An orderly end of the JVM would run ONNX
 * Runtime's shutdown hook, which frees the runtime under a thread that still computes and crashes the process.
 */
final class Interruption {

    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    /** What shells add to a signal's number to make an exit code of it. */
    private static final int SIGNAL_EXIT = 128;

    private Interruption() {}

    /** Handles the signals from now on, where the system has them. */
    static void handle() {
        SIGNALS.forEach((name, number) -> Signals.register(name, () -> {
            Unfinished.removeAll();
            Runtime.getRuntime().halt(SIGNAL_EXIT + number);
        }));
    }
}
