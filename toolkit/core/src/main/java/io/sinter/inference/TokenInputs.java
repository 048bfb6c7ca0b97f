package io.sinter.inference;

import io.sinter.error.UnsupportedException;
import io.sinter.inference.TokenAligner.Aligned;
import io.sinter.runtime.Port;
import io.sinter.source.Companions;
import io.sinter.source.OtherTokenizer;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes what a graph reads of tokenised texts: ids, mask, types and positions of the model's own tokens; for each other
 * tokenizer that {@code sinter.json} lists, its tokens of the same texts; and for each further reading that it lists, the
 * same of that.
 */
final class TokenInputs implements AutoCloseable {

    /** The second tokenizer reads at most so many times the tokens that the first does. */
    private static final int MOST = 16;

    private final Map<InputRole, Port> roles;
    private final long padId;
    private final Map<OtherTokenizer, TokenAligner> aligners;
    private final Readings readings;
    private final Spelling spelling;

    private TokenInputs(
            Map<InputRole, Port> roles,
            long padId,
            Map<OtherTokenizer, TokenAligner> aligners,
            Readings readings,
            Spelling spelling) {
        this.roles = roles;
        this.padId = padId;
        this.aligners = aligners;
        this.readings = readings;
        this.spelling = spelling;
    }

    /**
     * Finds out what a graph's inputs are for.
     *
     * @param where the model, for messages
     * @param companions the files beside it
     * @throws UnsupportedException if an input is none of a text encoder and of no tokenizer that {@code sinter.json}
     *     lists, or one of those is missing
     */
    static TokenInputs of(String where, List<Port> ports, Tokenizer tokenizer, Companions companions) {
        List<OtherTokenizer> others = companions.otherTokenizers();
        Set<String> theirs = new HashSet<>();
        others.forEach(other -> theirs.addAll(require(where, other, ports)));
        Readings readings = Readings.of(where, ports, tokenizer, companions);
        theirs.addAll(readings.inputs());
        List<Port> own =
                ports.stream().filter(port -> !theirs.contains(port.name())).toList();
        Map<InputRole, Port> roles = InputRole.of(where, own);
        Map<OtherTokenizer, TokenAligner> aligners = new LinkedHashMap<>();
        for (OtherTokenizer other : others) {
            TokenizerJson json = TokenizerJson.read(other.path(companions.folder()));
            Tokenizer second = Tokenizer.open(json, Math.multiplyExact(MOST, tokenizer.maxTokens()));
            SpecialIds special = SpecialIds.of(tokenizer.vocabulary());
            aligners.put(other, new TokenAligner(second, "", special, TokenAligner.Lacking.APPENDED));
        }
        long padId = TextSettings.padId(tokenizer, companions);
        return new TokenInputs(roles, padId, aligners, readings, new Spelling(companions::tokenizer));
    }

    /** Whether texts are read by other tokenizers too, so that what is done to tokens must be done to texts. */
    boolean readsTexts() {
        return !aligners.isEmpty() || readings.areSeveral();
    }

    /** A text as the first tokenizer is to read it: behind the prompt that {@code sinter.json} says, if it says one. */
    String prompted(String text) {
        return readings.prompt() + text;
    }

    /** A text with another token in a place; where other tokenizers read the text too, in the text as well. */
    Encoding withToken(Encoding read, int position, int id) {
        if (readsTexts() && read.text().isPresent()) {
            return read.withToken(position, id, spelling.of(id));
        }
        long[] ids = read.ids().toLongArray();
        ids[position] = id;
        return new Encoding(TensorData.vector(ids), read.typeIds(), read.spans(), Optional.empty());
    }

    /** Cuts texts into batches of equal lengths, as far as may be. */
    List<TokenBatch> cut(List<Encoding> texts, int batchTokens) {
        return TokenBatch.cut(texts, batchTokens, padId);
    }

    /** All texts as one batch, in their order; there may be none. */
    TokenBatch together(List<Encoding> texts) {
        return TokenBatch.of(texts, padId);
    }

    /** A tensor for each of the graph's inputs, by name. */
    Map<String, TensorData> of(TokenBatch batch) {
        Map<String, TensorData> inputs = new HashMap<>(batch.inputs(roles));
        inputs.putAll(readings.of(batch));
        if (!aligners.isEmpty()) {
            List<Encoding> texts = batch.texts().stream()
                    .map(text -> text.text().isPresent() ? text : spelling.of(text))
                    .toList();
            aligners.forEach((other, aligner) -> inputs.putAll(
                    new AlignedBatch(aligner.align(texts), aligner.padId(), batch.longest()).inputs(other)));
        }
        return inputs;
    }

    /**
     * Tokens of a second tokenizer for a batch.
     *
     * @param padId id that fills rows
     * @param longest tokens of the first tokenizer in a row, padding included
     */
    private record AlignedBatch(List<Aligned> texts, long padId, int longest) {

        Map<String, TensorData> inputs(OtherTokenizer to) {
            String spans = to.spans();
            return spans == null ? Map.of(to.ids(), ids(longest)) : Map.of(to.ids(), ids(width()), spans, spans());
        }

        /** One more than the longest text that stands beside padding, so that padding stands beside padding. */
        private int width() {
            return texts.stream()
                    .mapToInt(t -> t.ids().size() + (t.spans().size() < longest ? 1 : 0))
                    .reduce(1, Math::max);
        }

        private TensorData ids(int width) {
            TensorData ids = TensorData.allocate(DType.INT64, List.of((long) texts.size(), (long) width));
            for (int b = 0; b < texts.size(); b++) {
                List<Long> row = texts.get(b).ids();
                for (int s = 0; s < width; s++) {
                    ids.data().setAtIndex(TensorData.I64, (long) b * width + s, s < row.size() ? row.get(s) : padId);
                }
            }
            return ids;
        }

        private TensorData spans() {
            TensorData spans = TensorData.allocate(DType.INT64, List.of((long) texts.size(), (long) longest, 2L));
            for (int b = 0; b < texts.size(); b++) {
                Aligned text = texts.get(b);
                Encoding.Span padding =
                        new Encoding.Span(text.ids().size(), text.ids().size() + 1);
                for (int s = 0; s < longest; s++) {
                    Encoding.Span span = s < text.spans().size() ? text.spans().get(s) : padding;
                    long at = 2L * ((long) b * longest + s);
                    spans.data().setAtIndex(TensorData.I64, at, span.start());
                    spans.data().setAtIndex(TensorData.I64, at + 1, span.end());
                }
            }
            return spans;
        }
    }

    /** The names of a tokenizer's inputs, which the graph must have. */
    private static List<String> require(String where, OtherTokenizer other, List<Port> ports) {
        String spans = other.spans();
        List<String> names = spans == null ? List.of(other.ids()) : List.of(other.ids(), spans);
        for (String name : names) {
            if (ports.stream().noneMatch(p -> p.name().equals(name) && p.type().dtype() == DType.INT64)) {
                throw new UnsupportedException(
                        "%s: %s says that the graph reads int64 \"%s\" for the tokens of %s, but its inputs are: %s; is it the graph that was written beside it?"
                                .formatted(
                                        where,
                                        OtherTokenizer.LISTED_IN,
                                        name,
                                        other.name(),
                                        EncoderPorts.describe(ports)));
            }
        }
        return names;
    }

    @Override
    public void close() {
        aligners.values().forEach(TokenAligner::close);
        readings.close();
    }
}
