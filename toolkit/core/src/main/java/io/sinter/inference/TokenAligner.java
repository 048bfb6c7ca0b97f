package io.sinter.inference;

import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Encoding.Span;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts with a second tokenizer, and finds for each token of the first those of the second that cover the same
 * characters.
 *
 * <p>Tokens that no text has are matched by role: the n-th that ends or separates, the one that begins, padding; where
 * the second tokenizer adds none but has one, it follows the text. What has no counterpart gets the empty span.
 */
final class TokenAligner implements AutoCloseable {

    private final Tokenizer tokenizer;
    private final String prompt;
    private final Lacking lacking;
    private final SpecialIds own;
    private final SpecialIds others;
    private final @Nullable String mask;

    /** What becomes of a special token of the first tokenizer that the second has, but did not put into the text. */
    enum Lacking {
        /** It is put behind the text: its vector can be looked up there. */
        APPENDED,
        /** Nothing stands beside it: an encoder reads texts as its tokenizer gives them. */
        LEFT_OUT
    }

    /**
     * An aligner, which closes the second tokenizer when it is closed.
     *
     * @param prompt that the second tokenizer reads before each text; may be empty
     * @param own special tokens of the first
     */
    TokenAligner(Tokenizer tokenizer, String prompt, SpecialIds own, Lacking lacking) {
        this.tokenizer = tokenizer;
        this.prompt = prompt;
        this.lacking = lacking;
        this.own = own;
        this.others = SpecialIds.of(tokenizer.vocabulary());
        this.mask = tokenizer.vocabulary().token(others.id(SpecialToken.MASK)).orElse(null);
    }

    /** The id that fills rows: of padding, else 0. */
    long padId() {
        return Math.max(0, others.id(SpecialToken.PAD));
    }

    /**
     * A text's tokens of the second tokenizer.
     *
     * @param ids of them, special ones and those of the prompt included
     * @param typeIds of those that the tokenizer gave
     * @param spans for each token of the first tokenizer those of the second, a half-open span of {@code ids}
     */
    record Aligned(List<Long> ids, TensorData typeIds, List<Span> spans) {
        Aligned {
            ids = List.copyOf(ids);
            spans = List.copyOf(spans);
        }
    }

    /** Reads and aligns texts that the first tokenizer read, each with its text. */
    List<Aligned> align(List<Encoding> texts) {
        List<ReadText> read =
                texts.stream().map(text -> ReadText.of(text, own, mask)).toList();
        List<Encoding> again =
                tokenizer.encode(read.stream().map(r -> prompt + r.text()).toList());
        List<Aligned> aligned = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            aligned.add(new Alignment(again.get(i).behind(prompt)).of(read.get(i)));
        }
        return aligned;
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** One text in the making. */
    private final class Alignment {

        private final List<Long> ids = new ArrayList<>();
        private final TensorData typeIds;
        private final List<Span> spans;
        private int first;

        Alignment(Encoding second) {
            for (long id : second.ids().toLongArray()) {
                ids.add(id);
            }
            this.typeIds = second.typeIds();
            int[] points = second.text().orElseThrow().codePoints().toArray();
            this.spans = ReadText.withSpaces(points, second.spans());
        }

        Aligned of(ReadText text) {
            List<Span> covers = new ArrayList<>();
            int ends = 0;
            for (int s = 0; s < text.spans().size(); s++) {
                Span span = text.spans().get(s);
                SpecialToken role = text.roles().get(s);
                if (!span.isEmpty()) {
                    covers.add(covering(span));
                } else if (role == null) {
                    covers.add(Span.NONE);
                } else {
                    covers.add(special(role, role == SpecialToken.SEP ? ends++ : 0));
                }
            }
            return new Aligned(ids, typeIds, covers);
        }

        /** Spans of the first tokenizer begin ever later, so that what lies before one lies before the next. */
        private Span covering(Span span) {
            while (first < spans.size()
                    && (spans.get(first).isEmpty() || spans.get(first).end() <= span.start())) {
                first++;
            }
            int from = first;
            int to = from;
            for (int i = from;
                    i < spans.size() && (spans.get(i).isEmpty() || spans.get(i).start() < span.end());
                    i++) {
                to = spans.get(i).isEmpty() ? to : i + 1;
            }
            return to > from ? new Span(from, to) : Span.NONE;
        }

        /** The n-th token for a purpose that is nowhere in the text, else the last, else one that is appended. */
        private Span special(SpecialToken role, int n) {
            int id = others.id(role);
            if (id < 0) {
                return Span.NONE;
            }
            int found = -1;
            int count = 0;
            for (int i = 0; i < ids.size() && count <= n; i++) {
                if (ids.get(i) == id && (i >= spans.size() || spans.get(i).isEmpty())) {
                    found = i;
                    count++;
                }
            }
            if (found < 0 && lacking == Lacking.LEFT_OUT) {
                return Span.NONE;
            }
            if (found < 0) {
                ids.add((long) id);
                found = ids.size() - 1;
            }
            return new Span(found, found + 1);
        }
    }
}
