package io.sinter.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerUnionTest {

    private static final List<String> FAMILIES = List.of(
            "bert_base",
            "mpnet_base",
            "roberta_base",
            "qwen2_base",
            "llama_gqa",
            "clip_base",
            "xlmr_charsmap",
            "albert_base",
            "t5enc_relu");

    private static final int RANDOM_TEXTS = 300;

    static Stream<List<String>> pairs() {
        return FAMILIES.stream().flatMap(a -> FAMILIES.stream().map(b -> List.of(a, b)));
    }

    private static TargetTokenizer union(String base, String other, Add add) {
        return TokenizerUnion.of(Tokenizers.golden(base), List.of(Tokenizers.golden(other)), add);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void coveredText_isCutAsBefore(List<String> pair) {
        TokenizerJson base = Tokenizers.golden(pair.getFirst());
        TokenForms forms = TokenForms.of(base);
        TokenizerJson other = Tokenizers.golden(pair.getLast());
        TargetTokenizer union = TokenizerUnion.of(base, List.of(other), Add.UNCOVERED);
        int rows = union.baseRows().length;
        long seed = pair.hashCode();
        List<String> texts = new ArrayList<>(Texts.golden());
        texts.addAll(Texts.random(RANDOM_TEXTS, new Random(seed), forms, TokenForms.of(other)));

        List<long[]> before = Texts.ids(base, texts);
        List<long[]> after = Texts.ids(union.tokenizer(), texts);

        int covered = 0;
        for (int i = 0; i < texts.size(); i++) {
            assertThat(Arrays.stream(after.get(i)).allMatch(id -> id < rows))
                    .as(texts.get(i))
                    .isTrue();
            if (Texts.isCovered(forms, before.get(i))) {
                covered++;
                assertThat(after.get(i)).as("seed %d: %s", seed, texts.get(i)).isEqualTo(before.get(i));
            }
        }
        assertThat(covered).isGreaterThan(5);
    }

    /** But for those of CLIP's that go on with a word: they only lead to whole ones. */
    @ParameterizedTest
    @MethodSource("pairs")
    void addedToken_comesOut_ofItsText(List<String> pair) {
        TargetTokenizer union = union(pair.getFirst(), pair.getLast(), Add.UNCOVERED);
        TokenForms forms = TokenForms.of(union.tokenizer());
        int[] added = forms.ofKind(Kind.TEXT).stream()
                .filter(form ->
                        !pair.getFirst().equals("clip_base") || form.token().endsWith("</w>"))
                .mapToInt(TokenForm::id)
                .filter(id -> union.baseRows()[id] < 0)
                .toArray();

        List<int[]> pieces = Composition.pieces(forms, added, union.tokenizer());

        List<String> lost = IntStream.range(0, added.length)
                .filter(i -> !Arrays.equals(pieces.get(i), new int[] {added[i]}))
                .mapToObj(i -> forms.form(added[i]).orElseThrow().token())
                .toList();
        assertThat(lost).as("of %d: %s", added.length, union.notes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void ids_areRows_andTheBasesStay(List<String> pair) {
        TokenizerJson base = Tokenizers.golden(pair.getFirst());
        for (Add add : Add.values()) {
            TargetTokenizer union = union(pair.getFirst(), pair.getLast(), add);

            assertThat(union.baseRows()).hasSize(union.tokenizer().vocabulary().rowsNeeded());
            base.vocabulary().ids().forEach((token, id) -> {
                assertThat(union.tokenizer().vocabulary().id(token)).hasValue(id);
                assertThat(union.baseRows()[id]).isEqualTo(id);
            });
            assertThat(union.notes()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void union_withItself_isItself(Path model) {
        TokenizerJson base = TokenizerJson.load(model);

        for (Add add : Add.values()) {
            TargetTokenizer union = TokenizerUnion.of(base, List.of(base, base), add);

            assertThat(Arrays.equals(union.tokenizer().bytes(), base.bytes())).isTrue();
            assertThat(union.baseRows())
                    .isEqualTo(
                            IntStream.range(0, base.vocabulary().rowsNeeded()).toArray());
        }
    }

    @Test
    void uncoveredText_isWritten_inAWordPieceBase() {
        TokenizerJson base = Tokenizers.wordPiece("[UNK]", "a", "##b", "ab", ",");
        TokenizerJson other = Tokenizers.wordPiece("[UNK]", "[unused1]", "的", "中", "abb", "я", "##я", "Ab", "a", "[X]");

        TargetTokenizer union = TokenizerUnion.of(base, List.of(other), Add.UNCOVERED);

        assertThat(union.tokenizer().vocabulary().ids().keySet())
                .containsExactly("[UNK]", "a", "##b", "ab", ",", "的", "中", "я", "##я");
        assertThat(Texts.ids(union.tokenizer(), List.of("的中, яя abb")).getFirst())
                .containsExactly(5, 6, 4, 7, 8, 3, 2);
        assertThat(union.notes())
                .contains(
                        "tiny: added 4 tokens (的, 中, я, ##я)",
                        "tiny: left out 1 token (abb): tiny writes their text, or parts of it, with its own")
                .anyMatch(note -> note.contains("1 token (Ab): tiny changes or cuts"));
    }

    /** Greedy matching would take "abq" of "abqz", which the base writes as ab, ##qz. */
    @Test
    void tokenThatWouldCutABaseWordDifferently_isLeftOut() {
        TokenizerJson base = Tokenizers.wordPiece("[UNK]", "ab", "##qz");
        TokenizerJson other = Tokenizers.wordPiece("[UNK]", "abq", "abw");

        TargetTokenizer union = TokenizerUnion.of(base, List.of(other), Add.UNCOVERED);

        assertThat(union.tokenizer().vocabulary().ids().keySet()).containsExactly("[UNK]", "ab", "##qz", "abw");
    }

    @Test
    void ideographs_areCutOut_inAByteLevelBase() {
        TargetTokenizer union = union("roberta_base", "bert_base", Add.UNCOVERED);
        int id = union.tokenizer().vocabulary().id("京").orElseThrow();

        List<long[]> ids = Texts.ids(union.tokenizer(), List.of("a京 京b"));

        assertThat(ids.getFirst()).hasSize(5).contains(id);
        assertThat(Texts.decoded(union.tokenizer(), ids)).containsExactly("a京 京b");
    }

    @Test
    void everyToken_mayBeAdded() {
        TokenizerJson base = Tokenizers.wordPiece("[UNK]", "a", "##b", "##c");
        TokenizerJson other = Tokenizers.wordPiece("[UNK]", "abc", "##bc");

        TargetTokenizer union = TokenizerUnion.of(base, List.of(other), Add.ALL);

        assertThat(Texts.ids(union.tokenizer(), List.of("abc")).getFirst()).containsExactly(4);
        assertThat(union.notes())
                .contains(
                        "2 texts that tiny cut into pieces are one token now, alone or in words (a ##b ##c is abc, ##b ##c is bc)");
    }

    @Test
    void everyPiece_mayBeAdded_toMergesAndToProbablePieces() {
        TokenizerJson word = Tokenizers.wordPiece("[UNK]", "able");
        TokenizerJson merges =
                Tokenizers.byteLevel(List.of("Ġ a", "b l", "bl e"), "Ġ", "a", "b", "l", "e", "Ġa", "bl", "ble", "c");
        TokenizerJson pieces = Tokenizers.unigram("<unk>", "▁", "▁a", "b", "l", "e", "c");

        TargetTokenizer byMerges = TokenizerUnion.of(merges, List.of(word), Add.ALL);
        TargetTokenizer byScore = TokenizerUnion.of(pieces, List.of(word), Add.ALL);

        assertThat(Texts.ids(byMerges.tokenizer(), List.of("c able")).getFirst())
                .containsExactly(8, 9);
        assertThat(Texts.ids(byScore.tokenizer(), List.of("able")).getFirst()).containsExactly(7);
    }

    /** English text is cut as before, token by token; Chinese text has no unknown tokens any more. */
    @Tag("slow")
    @Test
    void chineseVocabulary_joinsAnEnglishBase() throws IOException {
        TokenizerJson base = Tokenizers.cached("all-MiniLM-L6-v2");
        TokenizerJson chinese = Tokenizers.cached("bge-small-zh-v1.5");
        List<String> english = Files.readAllLines(Path.of("../../samples/data/stsb-test.tsv"));
        List<String> texts = List.of("我建议你看看你的学生的母语结构。", "春眠不觉晓,处处闻啼鸟");

        TargetTokenizer union = TokenizerUnion.of(base, List.of(chinese), Add.UNCOVERED);

        TokenForms forms = TokenForms.of(union.tokenizer());
        assertThat(Texts.ids(base, texts)).noneMatch(ids -> Texts.isCovered(forms, ids));
        assertThat(Texts.ids(union.tokenizer(), texts)).allMatch(ids -> Texts.isCovered(forms, ids));
        List<long[]> before = Texts.ids(base, english);
        List<long[]> after = Texts.ids(union.tokenizer(), english);
        List<String> changed = IntStream.range(0, english.size())
                .filter(i -> !Arrays.equals(before.get(i), after.get(i)))
                .mapToObj(english::get)
                .toList();
        assertThat(changed).isEmpty();
        int[] rows = VocabularyAlignment.of(forms, TokenForms.of(chinese)).rows();
        assertThat(IntStream.range(0, rows.length).filter(id -> union.baseRows()[id] < 0))
                .hasSizeGreaterThan(14_000)
                .allMatch(id -> rows[id] >= 0);
    }
}
