package io.sinter.merge;

import io.sinter.error.UnsupportedException;
import io.sinter.output.Manifest;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm;
import io.sinter.vocabulary.TokenForms;
import io.sinter.wordvectors.WordVectorFormat;
import io.sinter.wordvectors.WordVectorsWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a merged table that have a word: tokens of text as they are read, without marks of words and continuations.
 * Of tokens that read the same, the one that begins a word is taken, then one that stands by itself, then the lowest id.
 *
 * @param tokens in the order of their rows
 * @param leftOut how many tokens are special, unused, bytes, read as one that is taken, or have white space in them
 */
record TableWords(List<TokenForm> tokens, int leftOut) {

    /** As text, about. */
    static final long BYTES_OF_A_NUMBER = 12;

    private static final Comparator<TokenForm> BETTER = Comparator.comparingInt(
                    (TokenForm form) -> switch (form.place()) {
                        case START -> 0;
                        case ISOLATED -> 1;
                        case CONTINUATION -> 2;
                    })
            .thenComparingInt(TokenForm::id);

    /** The words of a tokenizer. */
    static TableWords of(TokenForms forms) {
        Map<String, TokenForm> best = new HashMap<>();
        for (TokenForm form : forms.ofKind(TokenForm.Kind.TEXT)) {
            if (WordVectorsWriter.isWritable(form.surface())) {
                best.merge(form.surface(), form, (a, b) -> BETTER.compare(a, b) <= 0 ? a : b);
            }
        }
        List<TokenForm> tokens = best.values().stream()
                .sorted(Comparator.comparingInt(TokenForm::id))
                .toList();
        return new TableWords(tokens, (int) forms.stream().count() - tokens.size());
    }

    /**
     * Writes their rows beside the {@code tokenizer.json} of an output directory, into {@code word_vectors} and the
     * format's extension.
     *
     * @throws UnsupportedException if the directory has no tokenizer, or no token is text
     */
    static Manifest.WordVectorsFile write(Path directory, WordVectorFormat format, TensorData merged) {
        TokenizerJson tokenizer = TokenizerJson.find(directory)
                .orElseThrow(
                        () -> new UnsupportedException(
                                "output: word_vectors: the merged tokens have no tokenizer.json, from which their words are known"));
        TableWords words = of(TokenForms.of(tokenizer));
        if (words.tokens().isEmpty()) {
            throw new UnsupportedException("output: word_vectors: no token of the vocabulary is text");
        }
        String name = "word_vectors" + format.extension();
        long[] rows = words.tokens().stream().mapToLong(TokenForm::id).toArray();
        List<String> texts = words.tokens().stream().map(TokenForm::surface).toList();
        WordVectorsWriter.write(directory.resolve(name), format, texts, Rows.gather(merged, rows));
        return new Manifest.WordVectorsFile(name, format.label(), rows.length, words.leftOut());
    }
}
