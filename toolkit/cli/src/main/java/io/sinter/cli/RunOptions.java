package io.sinter.cli;

import io.sinter.inference.Execution;
import io.sinter.runtime.Device;
import io.sinter.runtime.SessionOptions;
import picocli.CommandLine.Option;

/** Options of every command that runs a model. */
final class RunOptions {

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda",
            defaultValue = "cpu",
            description = "Where to run; cuda without a GPU is an error, never a fallback (default: ${DEFAULT-VALUE}).")
    private Device device = Device.CPU;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads inside an operator; 0 for one a core (default: ${DEFAULT-VALUE}).")
    private int threads;

    SessionOptions session() {
        return new SessionOptions(device, threads);
    }

    /** How batches of texts run. */
    Execution execution() {
        SessionOptions session = session();
        Execution usual = switch (session.device()) {
            case CPU -> Execution.processor();
            case CUDA -> Execution.cuda();
        };
        return session.threads() == 0 || session.device() == Device.CUDA
                ? usual
                : new Execution(session, 1, usual.batchTokens());
    }
}
