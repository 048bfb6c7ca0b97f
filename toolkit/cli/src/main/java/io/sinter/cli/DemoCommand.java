package io.sinter.cli;

import io.sinter.error.MissingException;
import io.sinter.eval.StsDataset;
import io.sinter.runtime.OrtRuntime;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sinter demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Merges bge-small-en-v1.5 and e5-small-v2 several ways, writes each as an .onnx directory, and scores parents",
            "and merges on the STS-B test set (1379 pairs); then two fill-mask models of different domains, scored by the",
            "masked tokens that they predict. Takes a few minutes on two cores."
        },
        footerHeading = "%nThe columns:%n",
        footer = {
            "  STS-B      Spearman's rank correlation of cosines with people's scores, x 100",
            "  cos bge    mean cosine between this model's sentence vectors and bge's: 1 means that nothing changed",
            "  cos e5     the same for e5",
            "  loss       mean -ln p of the masked tokens; acc: share of them that the model puts first"
        })
final class DemoCommand implements Callable<Integer> {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "sinter-demo",
            description = "Where the merged models go, one folder each (default: ${DEFAULT-VALUE}).")
    private Path output = Path.of("");

    @Option(
            names = "--sts",
            paramLabel = "FILE.tsv",
            description = "Another set: lines score<TAB>sentence<TAB>sentence (default: STS-B test).")
    private @Nullable Path sts;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = "Use the first N pairs, and texts with masks, only, for a quick look.")
    private @Nullable Integer pairs;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        StsDataset data = data();
        Demo demo = new Demo(new OrtRuntime(), run.session(), data, output);
        PrintWriter notes = printer.notes();
        notes.printf(
                "%d pairs of %s; merged models go to %s%n", data.pairs().size(), data.name(), output.toAbsolutePath());
        List<Demo.Row> rows = new ArrayList<>();
        show(header());
        demo.run(row -> {
            rows.add(row);
            show(format(row));
        });
        List<FillMaskDemo.Row> masks = masks();
        printer.print(new Result(rows, masks), out -> next(rows, masks, out));
        return ExitCode.OK.code();
    }

    /** Both tables. */
    record Result(List<Demo.Row> sentences, List<FillMaskDemo.Row> masks) {}

    private List<FillMaskDemo.Row> masks() {
        Path samples = Path.of(System.getProperty("sinter.home", "")).resolve("samples");
        int limit = pairs == null ? Integer.MAX_VALUE : pairs;
        FillMaskDemo demo = new FillMaskDemo(new OrtRuntime(), run.session(), samples, output, limit);
        if (!demo.isPossible()) {
            printer.notes().printf("%s: no models there, so the fill-mask models are left out%n", samples);
            return List.of();
        }
        List<FillMaskDemo.Row> rows = new ArrayList<>();
        show("");
        show("%-48s %14s   %14s   %9s".formatted("fill-mask model: loss, accuracy", "fiction", "reference*", "merge"));
        demo.run(row -> {
            rows.add(row);
            show(format(row));
        });
        show("* paragraphs that the models were trained on; those of fiction are unseen");
        return rows;
    }

    /** Prints a line for people as soon as it is known. */
    private void show(String line) {
        if (!printer.isJson()) {
            printer.out().println(line);
            printer.out().flush();
        }
    }

    private StsDataset data() {
        Path file = sts == null ? bundled() : sts;
        StsDataset all = StsDataset.read(file);
        return pairs == null || pairs >= all.pairs().size()
                ? all
                : new StsDataset(all.name(), all.pairs().subList(0, pairs));
    }

    private static Path bundled() {
        Path home = Path.of(System.getProperty("sinter.home", ""));
        Path file = home.resolve("samples/data/stsb-test.tsv");
        if (!Files.exists(file)) {
            throw new MissingException(
                    file + ": not there; run the sinter launcher of a source checkout, or give --sts FILE");
        }
        return file;
    }

    private static String header() {
        return "%-44s %5s  %6s  %8s  %8s  %9s  %9s"
                .formatted("model", "width", "STS-B", "cos bge", "cos e5", "merge", "encode");
    }

    private static String format(Demo.Row row) {
        return String.format(
                Locale.ROOT,
                "%-44s %5d  %6.2f  %8s  %8s  %9s  %7.1f s",
                row.model(),
                row.width(),
                row.spearman(),
                cosine(row.cosineBge()),
                cosine(row.cosineE5()),
                row.mergeMillis() == 0 ? "" : row.mergeMillis() + " ms",
                row.encodeSeconds());
    }

    private static String format(FillMaskDemo.Row row) {
        return String.format(
                Locale.ROOT,
                "%-48s %6.3f  %6.4f   %6.3f  %6.4f   %9s",
                row.model(),
                row.fictionLoss(),
                row.fictionAccuracy(),
                row.referenceLoss(),
                row.referenceAccuracy(),
                row.mergeMillis() == 0 ? "" : row.mergeMillis() + " ms");
    }

    private static String cosine(OptionalDouble cosine) {
        return cosine.isPresent() ? String.format(Locale.ROOT, "%.4f", cosine.getAsDouble()) : "-";
    }

    private static void next(List<Demo.Row> rows, List<FillMaskDemo.Row> masks, PrintWriter out) {
        rows.stream().filter(r -> !r.output().isEmpty()).findFirst().ifPresent(r -> {
            out.println();
            out.println("Look at one:   sinter inspect " + r.output());
            out.println("Check it:      sinter verify " + r.output());
            out.println("Use it:        sinter embed " + r.output() + " \"a sentence\" \"another\"");
        });
        masks.stream()
                .filter(r -> !r.output().isEmpty())
                .findFirst()
                .ifPresent(r ->
                        out.println("               sinter fill-mask " + r.output() + " \"She opened the [MASK].\""));
    }
}
