package io.sinter.inference;

import io.sinter.error.MissingException;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelSource;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Fills masks in texts with a {@link MaskedLanguageModel}. May be used by several threads. */
public final class MaskFiller implements AutoCloseable {

    private final MaskedLanguageModel model;

    private MaskFiller(MaskedLanguageModel model) {
        this.model = model;
    }

    /**
     * Opens a model.
     *
     * @throws MissingException if it has no tokenizer, or that has no mask token
     * @throws io.sinter.error.UnsupportedException if it has no graph, or one without logits
     */
    public static MaskFiller open(Runtime runtime, ModelSource source, LogitsOptions options) {
        return of(MaskedLanguageModel.open(runtime, source, options));
    }

    /**
     * A filler with a model, which it closes when it is closed.
     *
     * @throws MissingException if the model's tokenizer has no mask token; the model is then closed
     */
    public static MaskFiller of(MaskedLanguageModel model) {
        try {
            model.maskId();
        } catch (MissingException e) {
            model.close();
            throw e;
        }
        return new MaskFiller(model);
    }

    /**
     * A text with its masks.
     *
     * @param text as it was given
     * @param masks in order; at least one
     */
    public record Filled(String text, List<Mask> masks) {
        /** Copies the list. */
        public Filled {
            masks = List.copyOf(masks);
        }
    }

    /**
     * A mask of a text.
     *
     * @param position its token, counted from 0, special tokens included
     * @param fills what could be there, the most probable first
     */
    public record Mask(int position, List<Fill> fills) {
        /** Copies the list. */
        public Mask {
            fills = List.copyOf(fills);
        }
    }

    /**
     * A token for a mask.
     *
     * @param id of the token
     * @param token as the vocabulary writes it, such as {@code Ġdoor} or {@code ##ing}
     * @param text as it reads, such as {@code  door}: the tokenizer decodes the token alone
     * @param probability softmax over the vocabulary
     * @param sequence the whole text with this token there, decoded without the special tokens at its ends
     */
    public record Fill(int id, String token, String text, double probability, String sequence) {}

    /** How the model's tokenizer writes a mask, such as {@code [MASK]} or {@code <mask>}. */
    public String maskToken() {
        return model.tokenizer().vocabulary().token(model.maskId()).orElseThrow();
    }

    /**
     * Fills the masks of texts, each mask by itself: with several in a text, none sees how the others are filled.
     *
     * @param texts with at least one mask token each
     * @param count fills of each mask, 1 or more
     * @throws MissingException if a text has no mask, or none among the tokens that the model reads
     */
    public List<Filled> fill(List<String> texts, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("fills of a mask: got " + count + ", expected 1 or more");
        }
        List<Encoding> encodings = model.tokenizer().encode(texts);
        List<List<Integer>> positions = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            positions.add(masks(texts.get(i), encodings.get(i)));
        }
        List<List<List<Guess>>> guesses = model.at(encodings, positions, (row, text, which) -> guesses(row, count));
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Filled(texts.get(i), masks(encodings.get(i), positions.get(i), guesses.get(i))))
                .toList();
    }

    private record Guess(int id, double probability) {}

    private static List<Guess> guesses(LogitsRow row, int count) {
        double logSum = row.logSumExp();
        return row.top(count).stream()
                .map(id -> new Guess(id, Math.exp(row.get(id) - logSum)))
                .toList();
    }

    private List<Integer> masks(String text, Encoding encoding) {
        long[] ids = encoding.ids().toLongArray();
        List<Integer> positions = IntStream.range(0, ids.length)
                .filter(p -> ids[p] == model.maskId())
                .boxed()
                .toList();
        if (positions.isEmpty()) {
            throw new MissingException(
                    text.contains(maskToken())
                            ? "\"%s\": its %s is not among the %d tokens that are read; shorten the text or read more"
                                    .formatted(
                                            text, maskToken(), model.tokenizer().maxTokens())
                            : "\"%s\": no %s in it, which is how this model's tokenizer writes a mask"
                                    .formatted(text, maskToken()));
        }
        return positions;
    }

    private List<Mask> masks(Encoding encoding, List<Integer> positions, List<List<Guess>> guesses) {
        List<Mask> masks = new ArrayList<>();
        for (int m = 0; m < positions.size(); m++) {
            int position = positions.get(m);
            masks.add(new Mask(
                    position,
                    guesses.get(m).stream()
                            .map(g -> fill(encoding, position, g))
                            .toList()));
        }
        return masks;
    }

    private Fill fill(Encoding encoding, int position, Guess guess) {
        Tokenizer tokenizer = model.tokenizer();
        long[] ids = encoding.ids().toLongArray();
        ids[position] = guess.id();
        return new Fill(
                guess.id(),
                tokenizer.vocabulary().token(guess.id()).orElse(""),
                tokenizer.decode(guess.id()),
                guess.probability(),
                tokenizer.decode(LongStream.of(ids)
                        .filter(id -> !isAdded(tokenizer.vocabulary(), id))
                        .toArray()));
    }

    private static boolean isAdded(Vocabulary vocabulary, long id) {
        return Stream.of(SpecialToken.CLS, SpecialToken.SEP, SpecialToken.PAD)
                .anyMatch(role -> vocabulary.special(role).orElse(-1) == id);
    }

    @Override
    public void close() {
        model.close();
    }
}
