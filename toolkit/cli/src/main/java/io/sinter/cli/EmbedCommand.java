package io.sinter.cli;

import io.sinter.inference.Embedder;
import io.sinter.inference.NpyFile;
import io.sinter.inference.PairEmbedder;
import io.sinter.inference.PictureEmbedder;
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
        description = "Makes a vector of each text, or of each picture.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter embed cache:all-MiniLM-L6-v2 --pooling mean \"a sentence\" \"another\"",
            "  sinter embed merged --file lines.txt -o vectors.npy",
            "  sinter embed my-vit --pooling cls --image cat.jpg --image dog.png"
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

    @Option(names = "--image", paramLabel = "FILE", description = "A PNG or JPEG; may be given several times.")
    private List<Path> images = new ArrayList<>();

    @Option(
            names = "--images",
            paramLabel = "FILE",
            description = "A file with the path of a PNG or JPEG a line; paths start at its folder.")
    private @Nullable Path list;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE.npy",
            description = "Write float32 [rows, width] in NumPy's format, instead of printing.")
    private @Nullable Path output;

    @Mixin
    private PairOptions pairs = new PairOptions();

    @Mixin
    private EncoderOptions options = new EncoderOptions();

    @Mixin
    private Printer printer = new Printer();

    /** A text and its vector. */
    record Embedded(String text, List<Float> vector) {}

    /** What was written. */
    record Written(String output, List<Long> shape) {}

    /** A picture and its vector. */
    record EmbeddedPicture(String image, List<Float> vector) {}

    /** A text, a picture or both, and their vector. */
    record EmbeddedPair(String pair, List<Float> vector) {}

    @Override
    public Integer call() {
        List<String> allTexts = new ArrayList<>(texts);
        if (file != null) {
            allTexts.addAll(TextLines.read(file));
        }
        List<Path> pictures = new ArrayList<>(images);
        if (list != null) {
            pictures.addAll(TextLines.paths(list));
        }
        ModelSource source = ModelSource.open(model.path());
        if ((pairs.given() || !allTexts.isEmpty() || !pictures.isEmpty())
                && (pairs.given() || PairEmbedder.reads(source))) {
            embedPairs(source, pairs.and(allTexts, pictures));
            return ExitCode.OK.code();
        }
        if (allTexts.isEmpty() == pictures.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    pictures.isEmpty()
                            ? "Nothing to embed: give texts as arguments or with --file, pictures with --image or --images, or both with --pairs"
                            : "Texts and pictures: this model reads one of them; give either");
        }
        if (pictures.isEmpty()) {
            embedTexts(source, allTexts);
        } else {
            embedPictures(source, pictures);
        }
        return ExitCode.OK.code();
    }

    private void embedPairs(ModelSource source, List<PairOptions.Named> all) {
        try (PairEmbedder embedder = PairEmbedder.open(new OrtRuntime(), source, options.of(model.path()))) {
            TensorData vectors =
                    embedder.embed(all.stream().map(PairOptions.Named::pair).toList());
            if (!written(vectors)) {
                List<String> names = all.stream().map(PairOptions.Named::name).toList();
                List<EmbeddedPair> embedded = new ArrayList<>();
                for (int i = 0; i < names.size(); i++) {
                    embedded.add(new EmbeddedPair(names.get(i), row(vectors, i)));
                }
                printer.print(embedded, out -> print(names, vectors, out));
            }
        }
    }

    private void embedTexts(ModelSource source, List<String> all) {
        try (Embedder embedder = Embedder.open(new OrtRuntime(), source, options.of(model.path()))) {
            TensorData vectors = embedder.embed(all);
            if (!written(vectors)) {
                List<Embedded> embedded = new ArrayList<>();
                for (int i = 0; i < all.size(); i++) {
                    embedded.add(new Embedded(all.get(i), row(vectors, i)));
                }
                printer.print(embedded, out -> print(all, vectors, out));
            }
        }
    }

    private void embedPictures(ModelSource source, List<Path> all) {
        if (!options.givenOfTexts().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s: of no use with pictures".formatted(String.join(", ", options.givenOfTexts())));
        }
        try (PictureEmbedder embedder = PictureEmbedder.open(new OrtRuntime(), source, options.of(model.path()))) {
            TensorData vectors = embedder.embed(all);
            if (!written(vectors)) {
                List<String> names = all.stream().map(Path::toString).toList();
                List<EmbeddedPicture> embedded = new ArrayList<>();
                for (int i = 0; i < names.size(); i++) {
                    embedded.add(new EmbeddedPicture(names.get(i), row(vectors, i)));
                }
                printer.print(embedded, out -> print(names, vectors, out));
            }
        }
    }

    /** Writes to the output file, if one was given. */
    private boolean written(TensorData vectors) {
        if (output == null) {
            return false;
        }
        NpyFile.write(output, vectors);
        Written written = new Written(output.toString(), vectors.shape());
        printer.print(written, out -> out.printf("%s: float32 %s%n", written.output(), written.shape()));
        return true;
    }

    private static List<Float> row(TensorData vectors, int row) {
        List<Float> vector = new ArrayList<>();
        for (float value : vectors.rows(row, row + 1).toFloatArray()) {
            vector.add(value);
        }
        return List.copyOf(vector);
    }

    /** The first numbers of each vector, and the cosines of the first few, which say more. */
    private static void print(List<String> names, TensorData vectors, PrintWriter out) {
        for (int i = 0; i < names.size(); i++) {
            List<Float> vector = row(vectors, i);
            String start = vector.stream()
                    .limit(SHOWN)
                    .map(v -> String.format(Locale.ROOT, "%.4f", v))
                    .collect(Collectors.joining(", "));
            out.printf("[%s, ...] %d numbers  %s%n", start, vector.size(), names.get(i));
        }
        if (names.size() > 1 && names.size() <= SHOWN) {
            out.println("cosines");
            for (int i = 0; i < names.size(); i++) {
                long[] same = new long[names.size()];
                Arrays.fill(same, i);
                double[] cosines = Rows.cosine(Rows.gather(vectors, same), vectors);
                out.println(Arrays.stream(cosines)
                        .mapToObj(c -> String.format(Locale.ROOT, "%8.4f", c))
                        .collect(Collectors.joining()));
            }
        }
    }
}
