package io.sinter.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tokenizer.TokenizerJson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerIntersectionTest {

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void intersection_withItself_isItself(Path model) {
        TokenizerJson base = TokenizerJson.load(model);

        TargetTokenizer same = TokenizerIntersection.of(base, List.of(base));

        assertThat(same.tokenizer().vocabulary()).isEqualTo(base.vocabulary());
        assertThat(same.baseRows())
                .isEqualTo(IntStream.range(0, base.vocabulary().rowsNeeded()).toArray());
        List<String> texts = Texts.golden();
        List<long[]> before = Texts.ids(base, texts);
        List<long[]> after = Texts.ids(same.tokenizer(), texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(after.get(i)).as(texts.get(i)).isEqualTo(before.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.TokenizerUnionTest#pairs")
    void intersection_hasWhatBothHave(List<String> pair) {
        TokenizerJson base = Tokenizers.golden(pair.getFirst());
        TokenizerJson other = Tokenizers.golden(pair.getLast());
        TokenForms forms = TokenForms.of(base);
        VocabularyAlignment alignment = VocabularyAlignment.of(forms, TokenForms.of(other));

        TargetTokenizer both = TokenizerIntersection.of(base, List.of(other));

        int[] rows = both.baseRows();
        assertThat(rows)
                .hasSize(both.tokenizer().vocabulary().size())
                .isSorted()
                .doesNotHaveDuplicates();
        for (int id = 0; id < rows.length; id++) {
            TokenForm form = forms.form(rows[id]).orElseThrow();
            assertThat(both.tokenizer().vocabulary().token(id)).contains(form.token());
            assertThat(alignment.match(rows[id]) != Match.NONE
                            || form.kind() != TokenForm.Kind.TEXT
                            || form.surface().codePointCount(0, form.surface().length()) <= 1)
                    .as("%s of %s", form, pair)
                    .isTrue();
        }
        List<String> texts = Texts.random(50, new Random(5), forms);
        for (long[] ids : Texts.ids(both.tokenizer(), texts)) {
            assertThat(Arrays.stream(ids).allMatch(id -> id < rows.length)).isTrue();
        }
    }

    @Test
    void merges_ofLostParts_goToo() {
        TokenizerJson base = Tokenizers.byteLevel(
                List.of("b l", "bl e", "a ble", "e a"), "a", "b", "l", "e", "bl", "ble", "able", "ea");
        TokenizerJson other = Tokenizers.wordPiece("[UNK]", "##able", "##ble", "##ea");

        TargetTokenizer both = TokenizerIntersection.of(base, List.of(other));

        assertThat(both.tokenizer().vocabulary().ids().keySet()).containsExactly("a", "b", "l", "e", "ea");
        assertThat(both.baseRows()).containsExactly(0, 1, 2, 3, 7);
        assertThat(both.notes())
                .contains(
                        "left out 1 token (bl) that others lack",
                        "left out 2 tokens (ble, able) that no merge makes any more",
                        "5 of the 8 tokens of tiny are left; ids are new");
    }

    @Test
    void byteLevelText_roundTrips() {
        TokenizerJson base = Tokenizers.golden("roberta_base");
        TokenizerJson both = TokenizerIntersection.of(base, List.of(Tokenizers.golden("bert_base")))
                .tokenizer();
        List<String> texts = Texts.golden();

        List<String> decoded = Texts.decoded(both, Texts.ids(both, texts));

        assertThat(decoded).isEqualTo(Texts.decoded(base, Texts.ids(base, texts)));
    }
}
