package io.sinter.cli;

import io.sinter.inference.MaskFiller;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinter fill-mask}. */
@Command(
        name = "fill-mask",
        mixinStandardHelpOptions = true,
        description = "Says what a model would put where a text has its mask token.",
        footerHeading = "%nExample:%n",
        footer = "  sinter fill-mask samples/models/bert-mini-fiction \"The old man sat by the [MASK].\"")
final class FillMaskCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "TEXT",
            description =
                    "Texts with the model's mask token, mostly [MASK] or <mask>; several in a text are filled each by itself.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "5",
            description = "Tokens to show for each mask (default: ${DEFAULT-VALUE}).")
    private int top;

    @Mixin
    private LogitsCommandOptions options = new LogitsCommandOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top: got " + top + ", expected 1 or more");
        }
        try (MaskFiller filler = MaskFiller.open(new OrtRuntime(), ModelSource.open(model.path()), options.of())) {
            List<MaskFiller.Filled> filled = filler.fill(texts, top);
            printer.print(filled, out -> filled.forEach(text -> print(text, out)));
        }
        return ExitCode.OK.code();
    }

    private static void print(MaskFiller.Filled text, PrintWriter out) {
        out.println(text.text());
        int number = 0;
        for (MaskFiller.Mask mask : text.masks()) {
            number++;
            if (text.masks().size() > 1) {
                out.printf("mask %d of %d%n", number, text.masks().size());
            }
            int width = mask.fills().stream()
                    .mapToInt(f -> f.text().strip().length())
                    .max()
                    .orElse(1);
            for (MaskFiller.Fill fill : mask.fills()) {
                out.printf(
                        Locale.ROOT,
                        "  %5.1f %%  %-" + Math.max(width, 1) + "s  %s%n",
                        100 * fill.probability(),
                        fill.text().strip(),
                        fill.sequence());
            }
        }
    }
}
