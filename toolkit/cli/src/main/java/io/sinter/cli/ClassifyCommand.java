package io.sinter.cli;

import io.sinter.inference.Classifier;
import io.sinter.inference.PairClassifier;
import io.sinter.inference.PairEmbedder;
import io.sinter.inference.PictureClassifier;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.ArrayList;
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
import picocli.CommandLine.Spec;

/** {@code sinter classify}. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description =
                "Labels texts or pictures with a model for their classification: probabilities, of a regression its"
                        + " number.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter classify my-classifier --text \"a fine film\"",
            "  sinter classify my-classifier --file reviews.txt --json",
            "  sinter classify my-vit --image cat.jpg --image dog.png"
        })
final class ClassifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Option(names = "--text", paramLabel = "TEXT", description = "A text; may be given several times.")
    private List<String> texts = new ArrayList<>();

    @Option(names = "--file", paramLabel = "FILE", description = "A file with a text a line, in UTF-8.")
    private @Nullable Path file;

    @Option(names = "--image", paramLabel = "FILE", description = "A PNG or JPEG; may be given several times.")
    private List<Path> images = new ArrayList<>();

    @Mixin
    private PairOptions pairs = new PairOptions();

    @Mixin
    private LogitsCommandOptions options = new LogitsCommandOptions();

    @Mixin
    private Printer printer = new Printer();

    /** A text and its labels, the best first. */
    record Classified(String text, List<Classifier.Score> labels) {}

    /** A picture and its labels, the best first. */
    record ClassifiedPicture(String image, List<Classifier.Score> labels) {}

    /** A text, a picture or both, and their labels, the best first. */
    record ClassifiedPair(String pair, List<Classifier.Score> labels) {}

    @Override
    public Integer call() {
        List<String> all = new ArrayList<>(texts);
        if (file != null) {
            all.addAll(TextLines.read(file));
        }
        ModelSource source = ModelSource.open(model.path());
        if ((pairs.given() || !all.isEmpty() || !images.isEmpty()) && (pairs.given() || PairEmbedder.reads(source))) {
            classifyPairs(source, pairs.and(all, images));
            return ExitCode.OK.code();
        }
        if (all.isEmpty() == images.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    all.isEmpty()
                            ? "Nothing to classify: give texts with --text or --file, or pictures with --image"
                            : "Texts and pictures: give either, as a model reads one of them");
        }
        if (images.isEmpty()) {
            classifyTexts(all);
        } else {
            classifyPictures();
        }
        return ExitCode.OK.code();
    }

    private void classifyPairs(ModelSource source, List<PairOptions.Named> all) {
        try (PairClassifier classifier = PairClassifier.open(new OrtRuntime(), source, options.of())) {
            List<List<Classifier.Score>> scores = classifier.classify(
                    all.stream().map(PairOptions.Named::pair).toList());
            List<ClassifiedPair> classified = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                classified.add(new ClassifiedPair(all.get(i).name(), scores.get(i)));
            }
            printer.print(
                    classified, out -> classified.forEach(c -> out.printf("%s%n  %s%n", c.pair, describe(c.labels))));
        }
    }

    private void classifyTexts(List<String> all) {
        try (Classifier classifier = Classifier.open(new OrtRuntime(), ModelSource.open(model.path()), options.of())) {
            List<List<Classifier.Score>> scores = classifier.classify(all);
            List<Classified> classified = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                classified.add(new Classified(all.get(i), scores.get(i)));
            }
            printer.print(
                    classified, out -> classified.forEach(c -> out.printf("%s%n  %s%n", c.text, describe(c.labels))));
        }
    }

    private void classifyPictures() {
        try (PictureClassifier classifier =
                PictureClassifier.open(new OrtRuntime(), ModelSource.open(model.path()), options.of())) {
            List<List<Classifier.Score>> scores = classifier.classify(images);
            List<ClassifiedPicture> classified = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                classified.add(new ClassifiedPicture(images.get(i).toString(), scores.get(i)));
            }
            printer.print(
                    classified, out -> classified.forEach(c -> out.printf("%s%n  %s%n", c.image, describe(c.labels))));
        }
    }

    private static String describe(List<Classifier.Score> labels) {
        return labels.stream()
                .map(l -> String.format(Locale.ROOT, "%s %.4f", l.label(), l.score()))
                .collect(Collectors.joining(", "));
    }
}
