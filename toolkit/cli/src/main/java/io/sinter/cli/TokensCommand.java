package io.sinter.cli;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.hub.Wanted;
import io.sinter.source.ModelSource;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TextCoverage;
import io.sinter.vocabulary.TokenForms;
import io.sinter.vocabulary.VocabularyAlignment;
import io.sinter.vocabulary.VocabularyOverlap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinter tokens}. */
@Command(
        name = "tokens",
        mixinStandardHelpOptions = true,
        description = "Shows how much of one model's vocabulary another one has, and what matched how.",
        footerHeading = "%nExample:%n",
        footer = "  sinter tokens cache:all-MiniLM-L6-v2 cache:bge-small-zh-v1.5 --text notes.txt")
final class TokensCommand implements Callable<Integer> {

    private static final String MODEL =
            "A model's directory, its tokenizer.json, word vectors, hf:ORG/NAME for a model of a hub, or cache:NAME for one of the demo's models.";

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = MODEL)
    private String first = "";

    @Parameters(index = "1", paramLabel = "B", description = "The other; the same choices.")
    private String second = "";

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "Say also what both make of a text, and how much of that the other has.")
    private @Nullable Path text;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "5",
            description = "Tokens to show of each kind of match (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Mixin
    private HubOptions hub = new HubOptions();

    @Mixin
    private Printer printer = new Printer();

    /**
     * One of the two, and what the other has of it.
     *
     * @param model as the user named it
     * @param text what it makes of the text, if one was given
     */
    record Side(String model, VocabularyOverlap overlap, Optional<TextCoverage> text) {}

    /** A vocabulary, with its tokenizer unless it is a list of words. */
    private record Vocabulary(String model, TokenForms forms, Optional<TokenizerJson> tokenizer) {}

    @Override
    public Integer call() {
        if (examples < 0) {
            throw new ParameterException(spec.commandLine(), "--examples: got " + examples + ", expected 0 or more");
        }
        Vocabulary a = open(first);
        Vocabulary b = open(second);
        Optional<List<String>> lines = Optional.ofNullable(text).map(TextLines::read);
        List<Side> sides = List.of(side(a, b, lines), side(b, a, lines));
        printer.print(sides, out -> TokensLines.print(sides, out));
        return ExitCode.OK.code();
    }

    private Side side(Vocabulary target, Vocabulary source, Optional<List<String>> lines) {
        Optional<TextCoverage> coverage = lines.map(texts -> TextCoverage.of(
                target.tokenizer.orElseThrow(() -> new UnsupportedException(
                        target.model + ": words without a tokenizer: nothing says how --text is cut into them")),
                VocabularyAlignment.of(target.forms, source.forms),
                texts));
        return new Side(target.model, VocabularyOverlap.of(target.forms, source.forms, examples), coverage);
    }

    private Vocabulary open(String model) {
        Path path = hub.find(model, Wanted.TOKENIZER);
        if (path.toString().endsWith(".json")) {
            return of(model, TokenizerJson.read(path));
        }
        if (Files.isDirectory(path)) {
            return of(model, TokenizerJson.load(path));
        }
        ModelSource source = ModelSource.open(path);
        return source.findTokenizer()
                .map(tokenizer -> of(model, tokenizer))
                .or(() -> source.vocabulary()
                        .map(words -> new Vocabulary(model, TokenForms.ofWords(words), Optional.empty())))
                .orElseThrow(() -> new MissingException(
                        path + ": no tokenizer beside it; give the model's directory, or a tokenizer.json"));
    }

    private static Vocabulary of(String model, TokenizerJson tokenizer) {
        return new Vocabulary(model, TokenForms.of(tokenizer), Optional.of(tokenizer));
    }
}
