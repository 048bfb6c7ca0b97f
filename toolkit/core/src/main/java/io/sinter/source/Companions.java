package io.sinter.source;

import io.sinter.error.UnsupportedException;
import io.sinter.json.StrictJson;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/**
 * The files beside a model's weights: configuration, tokenizer, sentence-transformers modules, README; of models of
 * pictures, how they are prepared.
 *
 * @param folder where they are
 * @param config {@code config.json}, if there is one
 * @param sentenceTransformers what {@code modules.json} says, if there is one
 * @param license {@code license} in the README's front matter, if it says one
 */
public record Companions(
        Path folder,
        Optional<ModelConfig> config,
        Optional<SentenceTransformers> sentenceTransformers,
        Optional<String> license) {

    /** Files that make a tokenizer, the one that is read first. */
    public static final List<String> TOKENIZER = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "spiece.model",
            "sentencepiece.bpe.model",
            "spm.model");

    /** Hugging Face's library writes a number of this size or more where a tokenizer has no length. */
    private static final double NO_LENGTH = 1e9;

    private static final Pattern FRONT_MATTER = Pattern.compile("\\A---\\R(.*?)\\R---", Pattern.DOTALL);
    private static final Pattern LICENSE = Pattern.compile("(?m)^license:\\s*[\"']?([^\\s\"'#]+)");

    /** Reads what is in a folder. */
    public static Companions read(Path folder) {
        Path config = folder.resolve("config.json");
        return new Companions(
                folder,
                Files.exists(config) ? Optional.of(ModelConfig.read(config)) : Optional.empty(),
                SentenceTransformers.read(folder),
                license(folder.resolve("README.md")));
    }

    /** Those of a file that stands by itself: what is around it belongs to others. */
    public static Companions none(Path file) {
        return new Companions(file, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Whether a folder has files of a tokenizer. */
    static boolean haveTokenizer(Path folder) {
        return TOKENIZER.stream().map(folder::resolve).anyMatch(Files::exists);
    }

    /** The tokenizer's files that are there, {@code tokenizer.json} first. */
    public List<Path> tokenizerFiles() {
        return TOKENIZER.stream().map(folder::resolve).filter(Files::exists).toList();
    }

    /**
     * The longest text that the model can read, in tokens, special tokens included: the smaller of the configuration's
     * positions and {@code model_max_length} of {@code tokenizer_config.json}; nothing where neither says it.
     */
    public OptionalLong maxTokens() {
        Path file = folder.resolve("tokenizer_config.json");
        LongStream.Builder limits = LongStream.builder();
        if (Files.isRegularFile(file)) {
            JsonNode length = StrictJson.object(file, 16L << 20).path("model_max_length");
            if (length.isNumber() && length.asDouble() >= 1 && length.asDouble() < NO_LENGTH) {
                limits.add((long) length.asDouble());
            }
        }
        config.map(ModelConfig::maxTokens).ifPresent(c -> c.ifPresent(limits::add));
        return limits.build().min();
    }

    /**
     * The tokenizer: {@code tokenizer.json}, or one built from the vocabulary files.
     *
     * @throws io.sinter.error.MissingException if there is neither
     * @throws UnsupportedException if none is built for the model's class of tokenizer
     */
    public TokenizerJson tokenizer() {
        return TokenizerJson.load(folder);
    }

    /** The same, or nothing if there are no files for one. */
    public Optional<TokenizerJson> findTokenizer() {
        return TokenizerJson.find(folder);
    }

    /**
     * The tokens and ids: the tokenizer's; of a {@code vocab.txt} for which none can be built, its lines. Nothing where
     * there is neither.
     *
     * @throws UnsupportedException if there is a {@code vocab.json} for which none is built
     */
    public Optional<Vocabulary> vocabulary() {
        Path lines = folder.resolve("vocab.txt");
        if (!Files.exists(lines)) {
            return findTokenizer().map(TokenizerJson::vocabulary);
        }
        try {
            return findTokenizer().map(TokenizerJson::vocabulary).or(() -> Optional.of(Vocabulary.read(lines)));
        } catch (UnsupportedException noBuilderForItsClass) {
            return Optional.of(Vocabulary.read(lines));
        }
    }

    /**
     * The tokenizers besides the model's own that its graph has inputs for, as {@code sinter.json} lists them; mostly none.
     *
     * @throws io.sinter.error.MalformedException if the list is not as Sinter writes it
     */
    public List<OtherTokenizer> otherTokenizers() {
        return OtherTokenizer.read(folder);
    }

    /**
     * The readings of a text that its graph of several encoders takes, as {@code sinter.json} lists them; none for a graph
     * of one encoder.
     *
     * @throws io.sinter.error.MalformedException if the list is not as Sinter writes it
     */
    public List<InputSet> inputSets() {
        return InputSet.read(folder);
    }

    /** All of these files, in a fixed order. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        config.ifPresent(c -> files.add(c.file()));
        files.addAll(tokenizerFiles());
        Path pictures = folder.resolve("preprocessor_config.json");
        if (Files.exists(pictures)) {
            files.add(pictures);
        }
        sentenceTransformers.ifPresent(s -> files.addAll(s.files()));
        otherTokenizers().forEach(o -> files.add(o.path(folder)));
        inputSets().stream()
                .map(set -> set.path(folder))
                .filter(file -> !files.contains(file))
                .forEach(files::add);
        return files;
    }

    private static Optional<String> license(Path readme) {
        if (!Files.isRegularFile(readme)) {
            return Optional.empty();
        }
        String text = new String(StrictJson.bytes(readme, 16L << 20), StandardCharsets.UTF_8);
        Matcher front = FRONT_MATTER.matcher(text);
        Matcher license = LICENSE.matcher(front.find() ? front.group(1) : "");
        return license.find() ? Optional.of(license.group(1)) : Optional.empty();
    }
}
