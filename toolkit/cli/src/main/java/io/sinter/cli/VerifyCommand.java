package io.sinter.cli;

import io.sinter.ensemble.EnsembleChecks;
import io.sinter.merge.OutputVerification;
import io.sinter.merge.OutputVerification.Check;
import io.sinter.output.Manifest;
import io.sinter.runtime.OrtRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sinter verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks an output directory: the graph, the tokenizer against the table, a run in ONNX Runtime, and,",
            "where the recipe's sources are still there, the outputs against a merge done the other way (baked or live), or",
            "of several encoders in one graph, against these run one by one."
        },
        footerHeading = "%nExample:%n",
        footer = "  sinter verify merged")
final class VerifyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "A directory that sinter merge wrote.")
    private Path directory = Path.of("");

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private Printer printer = new Printer();

    private List<Check> checks() {
        Optional<Manifest> encoders =
                Manifest.find(directory).filter(m -> m.result().kind().equals(EnsembleChecks.KIND));
        return encoders.isPresent()
                ? new EnsembleChecks(new OrtRuntime(), run.session()).run(directory, encoders.get())
                : new OutputVerification(new OrtRuntime(), run.session()).run(directory);
    }

    @Override
    public Integer call() {
        List<Check> checks = checks();
        printer.print(
                checks,
                out -> checks.forEach(c -> out.printf(
                        "%-12s %-28s %s%n", c.outcome().name().toLowerCase(Locale.ROOT), c.what(), c.detail())));
        boolean failed = checks.stream().anyMatch(c -> c.outcome() == Check.Outcome.FAILED);
        return failed ? ExitCode.VERIFICATION.code() : ExitCode.OK.code();
    }
}
