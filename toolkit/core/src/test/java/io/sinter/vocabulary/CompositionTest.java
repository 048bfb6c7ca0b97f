package io.sinter.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tokenizer.TokenizerJson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompositionTest {

    private static final TokenizerJson WORD_PIECE =
            Tokenizers.wordPiece("[UNK]", "un", "##able", "able", "##a", "##b", "##le", ",", "[CLS]");

    private static final TokenizerJson BYTE_LEVEL = Tokenizers.byteLevel(
            List.of("Ġ u", "Ġu n", "b l", "bl e", "a ble"),
            "Ġ",
            "u",
            "n",
            "a",
            "b",
            "l",
            "e",
            "Ġu",
            "Ġun",
            "bl",
            "ble",
            "able",
            "ä");

    private static final TokenizerJson UNIGRAM = Tokenizers.unigram("<unk>", "▁un", "able", "▁", "a", "b", "l", "e");

    private static List<String> pieces(TokenizerJson target, String token, TokenizerJson source) {
        int id = target.vocabulary().id(token).orElseThrow();
        int[] rows = Composition.pieces(TokenForms.of(target), new int[] {id}, source)
                .getFirst();
        return Arrays.stream(rows)
                .mapToObj(row -> source.vocabulary().token(row).orElseThrow())
                .toList();
    }

    @Test
    void wordsStart_isWritten_asAWordsStart() {
        TokenizerJson words = Tokenizers.wordPiece("unable", "##able", "q");

        assertThat(pieces(words, "unable", WORD_PIECE)).containsExactly("un", "##able");
        assertThat(pieces(words, "unable", BYTE_LEVEL)).containsExactly("Ġun", "able");
        assertThat(pieces(words, "unable", UNIGRAM)).containsExactly("▁un", "able");
    }

    @Test
    void continuation_isWritten_asContinuations() {
        TokenizerJson words = Tokenizers.wordPiece("##ableable");

        assertThat(pieces(words, "##ableable", WORD_PIECE)).containsExactly("##able", "##able");
        assertThat(pieces(words, "##ableable", BYTE_LEVEL)).containsExactly("able", "able");
        assertThat(pieces(words, "##ableable", UNIGRAM)).containsExactly("able", "able");
    }

    @Test
    void tokenThatIsUnknown_hasNoPieces() {
        assertThat(pieces(Tokenizers.wordPiece("qqq", "##q"), "qqq", WORD_PIECE))
                .isEmpty();
        assertThat(pieces(Tokenizers.wordPiece("[CLS]", "[SEP]"), "[CLS]", WORD_PIECE))
                .isEmpty();
    }

    @Test
    void bytes_areBytesOfTheOther() {
        TokenizerJson fallback = Tokenizers.unigram("<unk>", "<0xE4>", "<0xBD>");

        assertThat(pieces(fallback, "<0xE4>", BYTE_LEVEL)).containsExactly("ä");
        assertThat(pieces(fallback, "<0xBD>", BYTE_LEVEL)).isEmpty();
    }

    @Test
    void lengths_areCharacters() {
        TokenForms target = TokenForms.of(Tokenizers.wordPiece("unable"));

        for (TokenizerJson source : List.of(WORD_PIECE, BYTE_LEVEL, UNIGRAM)) {
            assertThat(Composition.of(target, new int[] {0}, source).getFirst().lengths())
                    .containsExactly(2, 4);
        }
    }

    /** A single token of a tokenizer, written with the same tokenizer, comes out as text of the same length. */
    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void pieces_ofATokenizersOwnTokens_spellThem(Path model) {
        TokenizerJson json = TokenizerJson.load(model);
        TokenForms forms = TokenForms.of(json);
        int[] ids = forms.ofKind(TokenForm.Kind.TEXT).stream()
                .filter(f -> f.surface().matches("[a-z]+"))
                .mapToInt(TokenForm::id)
                .toArray();

        List<int[]> pieces = Composition.pieces(forms, ids, json);

        long spelled = IntStream.range(0, ids.length)
                .filter(i -> text(forms, pieces.get(i))
                        .equals(forms.form(ids[i]).orElseThrow().surface()))
                .count();
        assertThat(spelled).isEqualTo(ids.length);
    }

    private static String text(TokenForms forms, int[] rows) {
        return String.join(
                "",
                Arrays.stream(rows)
                        .mapToObj(row -> forms.form(row).orElseThrow().surface())
                        .toList());
    }
}
