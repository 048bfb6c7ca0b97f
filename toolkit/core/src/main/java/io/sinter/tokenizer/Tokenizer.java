package io.sinter.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.util.PairList;
import io.sinter.error.MalformedException;
import io.sinter.error.UnsupportedException;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Turns texts into token ids, with the library that Hugging Face's own tools use. Truncation is the one given here,
 * whatever the file says, and nothing is padded. May be used by several threads.
 */
public final class Tokenizer implements AutoCloseable {

    /** Characters of the longest text that is accepted: the library reads all of it before it truncates. */
    public static final int MAX_CHARACTERS = 1_000_000;

    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final int maxTokens;

    private Tokenizer(HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, int maxTokens) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.maxTokens = maxTokens;
    }

    /**
     * Reads {@code tokenizer.json}, checked in Java first.
     *
     * @param maxTokens tokens kept of a text, special tokens included; at least 3
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException if it is broken, or the library refuses it
     */
    public static Tokenizer open(Path file, int maxTokens) {
        return open(TokenizerJson.read(file), maxTokens);
    }

    /**
     * Opens a tokenizer.
     *
     * @param maxTokens tokens kept of a text, special tokens included; at least 3
     * @throws MalformedException if the library refuses it
     */
    public static Tokenizer open(TokenizerJson json, int maxTokens) {
        if (maxTokens < 3) {
            throw new IllegalArgumentException("maxTokens: got " + maxTokens + ", expected 3 or more");
        }
        NativeTokenizers.prepare();
        Map<String, String> options = Map.of(
                "padding", "false",
                "truncation", "true",
                "maxLength", Integer.toString(maxTokens),
                "modelMaxLength", Integer.toString(maxTokens),
                "stride", "0",
                "addSpecialTokens", "true");
        try {
            return new Tokenizer(
                    HuggingFaceTokenizer.newInstance(json.stream(), options), json.vocabulary(), maxTokens);
        } catch (IOException | RuntimeException e) {
            throw new MalformedException(
                    "%s: the tokenizer library refuses it: %s".formatted(json.file(), e.getMessage()), e);
        }
    }

    /** Tokens and ids. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** Tokens kept of a text, special tokens included. */
    public int maxTokens() {
        return maxTokens;
    }

    /**
     * Encodes texts, with the special tokens that the tokenizer adds. Lone surrogates count as U+FFFD.
     *
     * @throws UnsupportedException if a text has more than {@link #MAX_CHARACTERS} characters
     */
    public List<Encoding> encode(List<String> texts) {
        String[] clean = clean(texts);
        var encodings = tokenizer.batchEncode(clean);
        return IntStream.range(0, clean.length)
                .mapToObj(i -> encoding(encodings[i], Optional.of(clean[i])))
                .toList();
    }

    /**
     * Encodes pairs of texts, with the special tokens around and between them. Tokens are cut from the longer one first.
     *
     * @throws UnsupportedException if a text has more than {@link #MAX_CHARACTERS} characters
     */
    public List<Encoding> encodePairs(List<String> first, List<String> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "%d first texts, %d second ones: expected as many".formatted(first.size(), second.size()));
        }
        PairList<String, String> pairs = new PairList<>(List.of(clean(first)), List.of(clean(second)));
        return Arrays.stream(tokenizer.batchEncode(pairs))
                .map(pair -> encoding(pair, Optional.empty()))
                .toList();
    }

    /**
     * Encodes texts without special tokens and without cutting them.
     *
     * @throws UnsupportedException if a text has more than {@link #MAX_CHARACTERS} characters
     */
    public List<Encoding> encodeWhole(List<String> texts) {
        String[] clean = clean(texts);
        var encodings = tokenizer.batchEncode(clean, false, true);
        return IntStream.range(0, clean.length)
                .mapToObj(i -> joined(encodings[i], clean[i]))
                .toList();
    }

    /** The library cuts a text and gives the rest as overflow. */
    private static Encoding joined(ai.djl.huggingface.tokenizers.Encoding first, String text) {
        List<Encoding> parts = Stream.concat(Stream.of(first), Arrays.stream(first.getOverflowing()))
                .map(part -> encoding(part, Optional.empty()))
                .toList();
        return new Encoding(
                TensorData.vector(parts.stream()
                        .flatMapToLong(p -> Arrays.stream(p.ids().toLongArray()))
                        .toArray()),
                TensorData.vector(parts.stream()
                        .flatMapToLong(p -> Arrays.stream(p.typeIds().toLongArray()))
                        .toArray()),
                parts.stream().flatMap(p -> p.spans().stream()).toList(),
                Optional.of(text));
    }

    /** The text that tokens stand for, special tokens as they are written. */
    public String decode(long... ids) {
        return tokenizer.decode(ids, false);
    }

    private static Encoding encoding(ai.djl.huggingface.tokenizers.Encoding e, Optional<String> text) {
        return new Encoding(
                TensorData.vector(e.getIds()), TensorData.vector(e.getTypeIds()), spans(e.getCharTokenSpans()), text);
    }

    private static String[] clean(List<String> texts) {
        String[] clean = new String[texts.size()];
        for (int i = 0; i < clean.length; i++) {
            clean[i] = clean(i, texts.get(i));
        }
        return clean;
    }

    private static List<Encoding.Span> spans(CharSpan[] spans) {
        return Arrays.stream(spans)
                .map(s -> s == null ? new Encoding.Span(0, 0) : new Encoding.Span(s.getStart(), s.getEnd()))
                .toList();
    }

    private static String clean(int index, String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new UnsupportedException("text %d: %d characters, at most %d are tokenised; split it"
                    .formatted(index, text.length(), MAX_CHARACTERS));
        }
        return StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? text
                : text.codePoints()
                        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
