package io.sinter.cli;

import io.sinter.inference.Embedder;
import io.sinter.inference.NpyFile;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinter embed}. */
@Command(
        name = "embed",
        mixinStandardHelpOptions = true,
        description = "Makes a vector of each text.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter embed cache:all-MiniLM-L6-v2 --pooling mean \"a sentence\" \"another\"",
            "  sinter embed merged --file lines.txt -o vectors.npy"
        })
final class EmbedCommand implements Callable<Integer> {

    private static final int SHOWN = 6;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Parameters(index = "1..*", paramLabel = "TEXT", description = "Texts.")
    private List<String> texts = new ArrayList<>();

    @Option(names = "--file", paramLabel = "FILE", description = "A file with a text a line, in UTF-8.")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.npy",
            description = "Write float32 [texts, width] in NumPy's format, instead of printing.")
    private @Nullable Path output;

    @Mixin
    private EncoderOptions options = new EncoderOptions();

    @Mixin
    private Printer printer = new Printer();

    /** A text and its vector. */
    record Embedded(String text, List<Float> vector) {}

    /** What was written. */
    record Written(String output, List<Long> shape) {}

    @Override
    public Integer call() {
        List<String> all = new ArrayList<>(texts);
        if (file != null) {
            all.addAll(TextLines.read(file));
        }
        if (all.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "No texts: give them as arguments, or with --file");
        }
        try (Embedder embedder =
                Embedder.open(new OrtRuntime(), ModelSource.open(model.path()), options.of(model.path()))) {
            TensorData vectors = embedder.embed(all);
            if (output != null) {
                NpyFile.write(output, vectors);
                Written written = new Written(output.toString(), vectors.shape());
                printer.print(written, out -> out.printf("%s: float32 %s%n", written.output(), written.shape()));
            } else {
                List<Embedded> embedded = embedded(all, vectors);
                printer.print(embedded, out -> print(embedded, vectors, out));
            }
        }
        return ExitCode.OK.code();
    }

    private static List<Embedded> embedded(List<String> texts, TensorData vectors) {
        List<Embedded> embedded = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            List<Float> vector = new ArrayList<>();
            for (float value : vectors.rows(i, i + 1).toFloatArray()) {
                vector.add(value);
            }
            embedded.add(new Embedded(texts.get(i), List.copyOf(vector)));
        }
        return embedded;
    }

    /** The first numbers of each vector, and the cosines of the first few texts, which say more. */
    private static void print(List<Embedded> embedded, TensorData vectors, PrintWriter out) {
        for (Embedded e : embedded) {
            String start = e.vector.stream()
                    .limit(SHOWN)
                    .map(v -> String.format(Locale.ROOT, "%.4f", v))
                    .collect(Collectors.joining(", "));
            out.printf("[%s, ...] %d numbers  %s%n", start, e.vector.size(), e.text);
        }
        if (embedded.size() > 1 && embedded.size() <= SHOWN) {
            out.println("cosines");
            for (int i = 0; i < embedded.size(); i++) {
                long[] same = new long[embedded.size()];
                Arrays.fill(same, i);
                double[] cosines = Rows.cosine(Rows.gather(vectors, same), vectors);
                out.println(Arrays.stream(cosines)
                        .mapToObj(c -> String.format(Locale.ROOT, "%8.4f", c))
                        .collect(Collectors.joining()));
            }
        }
    }
}
