package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.inference.TokenAligner.Aligned;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Encoding.Span;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAlignerTest {

    private static final Path GOLDEN = Path.of("src/test/resources/tokenizer");

    /** BERT's signs and pieces. */
    private static final List<String> BERT =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##happy", "cats", "\u732b", "\uD83D\uDE00");

    /** RoBERTa's signs and other pieces. */
    private static final List<String> OTHER =
            List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>", "unhap", "##py", "cat", "##s", "\u732b", "un");

    @TempDir
    Path folder;

    private final List<Tokenizer> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Tokenizer::close);
    }

    private Tokenizer tokenizer(Path file, int maxTokens) {
        Tokenizer tokenizer = Tokenizer.open(file, maxTokens);
        open.add(tokenizer);
        return tokenizer;
    }

    /** A WordPiece tokenizer whose special tokens are the first five, and stand around texts as in BERT. */
    private Tokenizer wordPiece(List<String> tokens, String begin, String end, int maxTokens) throws IOException {
        StringBuilder vocabulary = new StringBuilder();
        StringBuilder added = new StringBuilder();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.append(id == 0 ? "" : ",").append("\"%s\":%d".formatted(tokens.get(id), id));
            if (id < 5) {
                added.append(id == 0 ? "" : ",").append("""
                        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
                         "normalized": false, "special": true}""".formatted(id, tokens.get(id)));
            }
        }
        String unknown = tokens.contains("[UNK]") ? "[UNK]" : "<unk>";
        String json = """
                {"version": "1.0", "added_tokens": [%s], "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": {"type": "BertProcessing", "cls": ["%s", %d], "sep": ["%s", %d]},
                 "model": {"type": "WordPiece", "unk_token": "%s", "continuing_subword_prefix": "##",
                           "max_input_chars_per_word": 100, "vocab": {%s}}}
                """.formatted(added, begin, tokens.indexOf(begin), end, tokens.indexOf(end), unknown, vocabulary);
        return tokenizer(Files.writeString(Files.createTempFile(folder, "tokenizer", ".json"), json), maxTokens);
    }

    private static TokenAligner aligner(Tokenizer first, Tokenizer second) {
        return new TokenAligner(second, "", SpecialIds.of(first.vocabulary()), TokenAligner.Lacking.APPENDED);
    }

    private static Aligned align(Tokenizer first, Tokenizer second, Encoding read) {
        return aligner(first, second).align(List.of(read)).getFirst();
    }

    private static Aligned align(Tokenizer first, Tokenizer second, String text) {
        return align(first, second, first.encode(List.of(text)).getFirst());
    }

    private Aligned align(String text) throws IOException {
        return align(wordPiece(BERT, "[CLS]", "[SEP]", 16), wordPiece(OTHER, "<s>", "</s>", 64), text);
    }

    private static Span span(int from, int to) {
        return new Span(from, to);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_base", "roberta_base", "albert_base", "clip_base", "llama_gqa"})
    void tokenizerWithItself_isTheIdentity(String name) {
        Path file = GOLDEN.resolve(name).resolve("tokenizer.json");
        Tokenizer first = tokenizer(file, 24);
        Tokenizer second = tokenizer(file, 384);
        for (String text :
                List.of("The quick brown fox, no 7!", "Caf\u00e9 \u732b\u732b  x", "a", "", "word ".repeat(50))) {
            Encoding read = first.encode(List.of(text)).getFirst();

            Aligned aligned = align(first, second, read);

            long[] ids = read.ids().toLongArray();
            for (int s = 0; s < ids.length; s++) {
                Span span = aligned.spans().get(s);
                assertThat(aligned.ids().subList(span.start(), span.end()))
                        .as("%s: token %d of \"%s\" in %s", name, s, text, span)
                        .contains(ids[s]);
                if (isAlone(read, s)) {
                    assertThat(span.end() - span.start()).isEqualTo(1);
                }
                if (read.length() < first.maxTokens()) {
                    assertThat(span.start() <= s && s < span.end()).isTrue();
                }
            }
        }
    }

    /** Whether no other token, such as another byte of the same character, has characters of this one. */
    private static boolean isAlone(Encoding read, int token) {
        Span own = read.spans().get(token);
        for (int s = 0; s < read.length(); s++) {
            Span span = read.spans().get(s);
            if (s != token && span.start() < own.end() && own.start() < span.end()) {
                return false;
            }
        }
        return true;
    }

    @Test
    void tokens_areAligned_byTheCharactersThatTheyCover_andSpecialOnesByRole() throws IOException {
        Aligned aligned = align("unhappy cats");

        assertThat(aligned.ids()).as("<s> unhap ##py cat ##s </s>").containsExactly(0L, 5L, 6L, 7L, 8L, 2L);
        assertThat(aligned.spans())
                .as("[CLS] un ##happy cats [SEP]")
                .containsExactly(span(0, 1), span(1, 2), span(1, 3), span(3, 5), span(5, 6));
    }

    @Test
    void mask_isTheOthersMask_whateverItsLength() throws IOException {
        Aligned aligned = align("un[MASK] cats");

        assertThat(aligned.ids()).as("<s> un <mask> cat ##s </s>").containsExactly(0L, 10L, 4L, 7L, 8L, 2L);
        assertThat(aligned.spans()).containsExactly(span(0, 1), span(1, 2), span(2, 3), span(3, 5), span(5, 6));
    }

    @Test
    void charactersBeyondTheBasicPlane_countOnce() throws IOException {
        Aligned aligned = align("\uD83D\uDE00 \u732b un");

        assertThat(aligned.ids()).containsExactly(0L, 3L, 9L, 10L, 2L);
        assertThat(aligned.spans()).containsExactly(span(0, 1), span(1, 2), span(2, 3), span(3, 4), span(4, 5));
    }

    @Test
    void textThatTheFirstCuts_isCutForTheSecond() throws IOException {
        Tokenizer first = wordPiece(BERT, "[CLS]", "[SEP]", 4);

        Aligned aligned = align(first, wordPiece(OTHER, "<s>", "</s>", 64), "unhappy cats cats");

        assertThat(aligned.ids()).as("<s> unhap ##py </s>").containsExactly(0L, 5L, 6L, 2L);
        assertThat(aligned.spans()).containsExactly(span(0, 1), span(1, 2), span(1, 3), span(3, 4));
    }

    @Test
    void whatTheSecondDoesNotReach_hasTheEmptySpan() throws IOException {
        Tokenizer second = wordPiece(OTHER, "<s>", "</s>", 4);

        Aligned aligned = align(wordPiece(BERT, "[CLS]", "[SEP]", 16), second, "unhappy cats");

        assertThat(aligned.ids()).as("<s> unhap ##py </s>").containsExactly(0L, 5L, 6L, 2L);
        assertThat(aligned.spans()).containsExactly(span(0, 1), span(1, 2), span(1, 3), Span.NONE, span(3, 4));
    }

    @Test
    void charactersThatTheSecondDrops_haveTheEmptySpan() throws IOException {
        List<String> words = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "x", "cats");
        Tokenizer first = wordPiece(words, "[CLS]", "[SEP]", 16);
        Encoding read = new Encoding(
                TensorData.vector(2L, 5, 1, 3),
                TensorData.vector(new long[4]),
                List.of(Span.NONE, span(0, 4), span(4, 5), Span.NONE),
                Optional.of("cats \u00a0"));

        assertThat(align(first, wordPiece(OTHER, "<s>", "</s>", 16), read).spans())
                .as("nothing covers the space")
                .containsExactly(span(0, 1), span(1, 3), Span.NONE, span(3, 4));
    }

    @Test
    void bytesOfACharacter_eachStandBesideTheWholeOfIt_andItBesideAllOfThem() {
        Tokenizer bytes = tokenizer(GOLDEN.resolve("roberta_base/tokenizer.json"), 32);
        Tokenizer whole = tokenizer(GOLDEN.resolve("bert_base/tokenizer.json"), 512);
        String text = "\u732b";
        int pieces = bytes.encode(List.of(text)).getFirst().length() - 2;
        assertThat(pieces).isGreaterThan(1);

        assertThat(align(bytes, whole, text).spans().subList(1, 1 + pieces)).containsOnly(span(1, 2));
        assertThat(align(whole, bytes, text).spans().get(1)).isEqualTo(span(1, 1 + pieces));
    }

    @Test
    void roleThatTheSecondDoesNotUse_followsTheText() throws IOException {
        Tokenizer first = wordPiece(BERT, "[CLS]", "[SEP]", 16);
        Encoding padded = new Encoding(
                TensorData.vector(2L, 7, 3, 0),
                TensorData.vector(new long[4]),
                List.of(Span.NONE, span(0, 4), Span.NONE, Span.NONE),
                Optional.of("cats"));

        Aligned aligned = align(first, wordPiece(OTHER, "<s>", "</s>", 16), padded);

        assertThat(aligned.ids()).as("<s> cat ##s </s> <pad>").containsExactly(0L, 7L, 8L, 2L, 1L);
        assertThat(aligned.spans()).containsExactly(span(0, 1), span(1, 3), span(3, 4), span(4, 5));
    }

    @Test
    void otherTokenInAPlace_isInTheTextToo() {
        Encoding read = new Encoding(
                TensorData.vector(1L, 2, 3, 4),
                TensorData.vector(new long[4]),
                List.of(Span.NONE, span(0, 3), span(4, 7), span(7, 9)),
                Optional.of("the cat\uD83D\uDE00s."));

        Encoding changed = read.withToken(2, 9, "[MASK]").withToken(1, 8, "a");

        assertThat(changed.text()).contains("a [MASK]\uD83D\uDE00s.");
        assertThat(changed.ids().toLongArray()).containsExactly(1, 8, 9, 4);
        assertThat(changed.spans()).containsExactly(Span.NONE, span(0, 1), span(2, 8), span(8, 10));
    }

    @Test
    void tokensWithoutAText_areSpelled() {
        Tokenizer bert = tokenizer(GOLDEN.resolve("bert_base/tokenizer.json"), 32);
        Encoding read = bert.encode(List.of("the fox [MASK] over")).getFirst();
        Encoding bare = new Encoding(read.ids(), read.typeIds(), List.of(), Optional.empty());
        Spelling spelling =
                new Spelling(() -> io.sinter.tokenizer.TokenizerJson.read(GOLDEN.resolve("bert_base/tokenizer.json")));

        Encoding spelled = spelling.of(bare);

        assertThat(bert.encode(List.of(spelled.text().orElseThrow()))
                        .getFirst()
                        .ids()
                        .toLongArray())
                .as(spelled.text().orElseThrow())
                .containsExactly(read.ids().toLongArray());
        assertThat(spelled.spans().getFirst()).isEqualTo(Span.NONE);
        int mask = bert.vocabulary().special(SpecialToken.MASK).orElseThrow();
        assertThat(spelling.of(mask)).isEqualTo("[MASK]");
    }
}
