package io.sinter.eval;

import io.sinter.error.MalformedException;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Cuts texts into pieces that fill the length that a model reads, each between the special tokens that its tokenizer adds;
 * pieces of fewer than {@value #SHORTEST} tokens, special ones not counted, are left out.
 */
public final class Pieces {

    /** Tokens of the shortest piece that is used. */
    public static final int SHORTEST = 16;

    private static final int LINES_AT_ONCE = 128;

    /** The span of a token that the tokenizer added. */
    private static final Encoding.Span SPECIAL = Encoding.Span.NONE;

    private final Tokenizer tokenizer;
    private final long[] before;
    private final long[] after;
    private final TensorData types;

    /**
     * Pieces for a tokenizer.
     *
     * @param before special tokens at the start of a text
     * @param after special tokens at its end
     */
    private Pieces(Tokenizer tokenizer, long[] before, long[] after) {
        this.tokenizer = tokenizer;
        this.before = before;
        this.after = after;
        this.types = TensorData.vector(new long[tokenizer.maxTokens()]);
    }

    /** Pieces for a tokenizer; its special tokens are those that it puts around a letter. */
    public static Pieces of(Tokenizer tokenizer) {
        Encoding letter = tokenizer.encode(List.of("a")).getFirst();
        long[] ids = letter.ids().toLongArray();
        int first = 0;
        while (first < ids.length && letter.spans().get(first).equals(SPECIAL)) {
            first++;
        }
        int last = ids.length;
        while (last > first && letter.spans().get(last - 1).equals(SPECIAL)) {
            last--;
        }
        return new Pieces(tokenizer, Arrays.copyOf(ids, first), Arrays.copyOfRange(ids, last, ids.length));
    }

    /** The pieces of some texts, in their order. */
    public List<Encoding> cut(List<String> texts) {
        int room = tokenizer.maxTokens() - before.length - after.length;
        List<Encoding> pieces = new ArrayList<>();
        for (Encoding text : tokenizer.encodeWhole(texts)) {
            for (int from = 0; from < text.length(); from += room) {
                int to = Math.min(text.length(), from + room);
                if (to - from >= SHORTEST) {
                    pieces.add(piece(text, from, to));
                }
            }
        }
        return pieces;
    }

    /**
     * The pieces of the lines of a file, in UTF-8, each line a text; tokenised on all cores.
     *
     * @param kept what is kept of a piece, where not all of it is needed
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException if it is no UTF-8, or too short
     */
    public List<Encoding> read(Path file, UnaryOperator<Encoding> kept) {
        List<String> lines = DatasetFile.lines(file);
        int parts = (lines.size() + LINES_AT_ONCE - 1) / LINES_AT_ONCE;
        List<Encoding> pieces = IntStream.range(0, parts)
                .parallel()
                .mapToObj(
                        part -> lines.subList(part * LINES_AT_ONCE, Math.min(lines.size(), (part + 1) * LINES_AT_ONCE)))
                .flatMap(part -> cut(part).stream().map(kept))
                .toList();
        if (lines.stream().allMatch(String::isBlank)) {
            throw new MalformedException(file + ": no text in it; expected lines of text");
        }
        if (pieces.isEmpty()) {
            throw new MalformedException(
                    "%s: no line has %d tokens or more, so there is nothing to mask; put more of a text on a line"
                            .formatted(file, SHORTEST));
        }
        return pieces;
    }

    private Encoding piece(Encoding text, int from, int to) {
        int length = before.length + to - from + after.length;
        long[] ids = new long[length];
        System.arraycopy(before, 0, ids, 0, before.length);
        System.arraycopy(text.ids().toLongArray(), from, ids, before.length, to - from);
        System.arraycopy(after, 0, ids, length - after.length, after.length);
        List<Encoding.Span> own = text.spans().subList(from, to);
        int previous = from == 0 ? 0 : text.spans().get(from - 1).end();
        int begin = own.stream()
                .filter(s -> !s.isEmpty())
                .mapToInt(Encoding.Span::start)
                .reduce(previous, Math::min);
        int end = own.stream().mapToInt(Encoding.Span::end).reduce(begin, Math::max);
        List<Encoding.Span> spans = new ArrayList<>(Collections.nCopies(before.length, SPECIAL));
        own.forEach(s -> spans.add(s.isEmpty() ? SPECIAL : new Encoding.Span(s.start() - begin, s.end() - begin)));
        spans.addAll(Collections.nCopies(after.length, SPECIAL));
        return new Encoding(
                TensorData.vector(ids),
                types.rows(0, length),
                spans,
                text.text().map(t -> part(t, begin, end)));
    }

    /** The code points of a text from one to another. */
    private static String part(String text, int begin, int end) {
        int from = text.offsetByCodePoints(0, begin);
        return text.substring(from, text.offsetByCodePoints(from, end - begin));
    }
}
