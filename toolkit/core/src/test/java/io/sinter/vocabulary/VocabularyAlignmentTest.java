package io.sinter.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tokenizer.TokenizerJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class VocabularyAlignmentTest {

    private static final TokenizerJson CASED = Tokenizers.byteLevel(
            List.of(), "<s>", "</s>", "<pad>", "ĠTHE", "ĠThe", "Ġthe", "ing", "Ġ,", "ĠParis", "cafÃ©", "9", "Ġcafe");

    private static final TokenizerJson UNCASED =
            Tokenizers.wordPiece("[PAD]", "[UNK]", "[CLS]", "the", "##ing", ",", "paris", "ing", "##cafe", "9", "##é");

    @ParameterizedTest
    @CsvSource({
        "the, Ġthe, EXACT",
        "##ing, ing, EXACT",
        "',', 'Ġ,', NORMALIZED",
        "paris, ĠParis, CASE",
        "##cafe, cafÃ©, NORMALIZED",
        "9, 9, NORMALIZED",
        "[CLS], <s>, ROLE",
        "[PAD], <pad>, ROLE",
        "ing, , NONE",
        "[UNK], , NONE",
        "##é, , NONE",
    })
    void uncasedToken_findsItsBestCounterpart(String token, String counterpart, Match match) {
        VocabularyAlignment alignment = VocabularyAlignment.of(TokenForms.of(UNCASED), TokenForms.of(CASED));
        int id = UNCASED.vocabulary().id(token).orElseThrow();

        int expected =
                counterpart == null ? -1 : CASED.vocabulary().id(counterpart).orElseThrow();
        assertThat(alignment.rows()[id]).isEqualTo(expected);
        assertThat(alignment.match(id)).isEqualTo(match);
    }

    @Test
    void shared_isOneToOne_bestFirst() {
        VocabularyAlignment alignment = VocabularyAlignment.of(TokenForms.of(CASED), TokenForms.of(UNCASED));
        int[] rows = alignment.rows();

        assertThat(rows[3]).isEqualTo(3);
        assertThat(rows[4]).isEqualTo(3);
        assertThat(rows[5]).isEqualTo(3);
        int[][] shared = alignment.shared();
        assertThat(shared[0]).containsExactly(5, 6, 7, 9, 10, 8);
        assertThat(shared[1]).containsExactly(3, 4, 5, 8, 9, 6);
    }

    @Test
    void coverage_countsTextByLevel() {
        Coverage coverage = VocabularyAlignment.of(TokenForms.of(UNCASED), TokenForms.of(CASED))
                .coverage();

        assertThat(coverage.counts())
                .containsEntry(Match.EXACT, 2)
                .containsEntry(Match.NORMALIZED, 3)
                .containsEntry(Match.CASE, 1)
                .containsEntry(Match.ROLE, 2)
                .containsEntry(Match.NONE, 3);
        assertThat(coverage.textTokens()).isEqualTo(8);
        assertThat(coverage.share()).isEqualTo(6.0 / 8);
    }

    @Test
    void fallbackByte_isItsCharacter() {
        TokenForms bytes = TokenForms.of(Tokenizers.unigram("<unk>", "<0x0A>", "<0xE4>", "▁a"));
        TokenForms characters = TokenForms.of(Tokenizers.byteLevel(List.of(), "Ċ", "ä", "Ġa"));
        VocabularyAlignment alignment = VocabularyAlignment.of(characters, bytes);

        assertThat(alignment.rows()).containsExactly(1, 2, 3);
        assertThat(alignment.match(0)).isEqualTo(Match.NORMALIZED);
    }

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void vocabulary_withItself_isTheIdentity(Path model) {
        TokenForms forms = TokenForms.of(TokenizerJson.load(model));

        VocabularyAlignment alignment = VocabularyAlignment.of(forms, forms);

        int[] rows = alignment.rows();
        int mismatch = IntStream.range(0, rows.length)
                .filter(id -> rows[id] != (forms.form(id).isPresent() ? id : -1))
                .findFirst()
                .orElse(-1);
        assertThat(mismatch).isEqualTo(-1);
        assertThat(alignment.coverage().counts().get(Match.EXACT))
                .isEqualTo((int) forms.stream().count());
    }

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void pairsOfTokenizers_shareOneToOne(Path model) {
        TokenForms target = TokenForms.of(TokenizerJson.load(model));
        for (String other : List.of("bert_base", "roberta_base", "xlmr_charsmap", "llama_gqa", "clip_base")) {
            int[][] shared = VocabularyAlignment.of(target, TokenForms.of(Tokenizers.golden(other)))
                    .shared();

            assertThat(new HashSet<>(Arrays.stream(shared[0]).boxed().toList())).hasSize(shared[1].length);
            assertThat(new HashSet<>(Arrays.stream(shared[1]).boxed().toList())).hasSize(shared[0].length);
            assertThat(shared[0].length).as("%s, %s", model, other).isGreaterThan(15);
        }
    }

    /** More tokens in the source never make a counterpart worse, and the token itself is the best one. */
    @Test
    void level_neverWorsens_withMoreTokens() {
        List<String> words = List.of("the", "The", "THE", "##the", "##The", ",", "##,", "é", "e", "E", "##9", "9");
        TokenizerJson all = Tokenizers.wordPiece(words.toArray(String[]::new));
        TokenForms target = TokenForms.of(all);
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<String> few = new ArrayList<>(words);
            Collections.shuffle(few, random);
            few = few.subList(0, 1 + random.nextInt(words.size()));
            Set<String> more = new LinkedHashSet<>(few);
            more.add(words.get(random.nextInt(words.size())));
            VocabularyAlignment before = align(target, few);
            VocabularyAlignment after = align(target, List.copyOf(more));
            for (int id = 0; id < words.size(); id++) {
                assertThat(after.match(id))
                        .as("seed %d, %s", seed, words.get(id))
                        .isLessThanOrEqualTo(before.match(id));
                assertThat(after.match(id) == Match.EXACT)
                        .as("seed %d, %s in %s", seed, words.get(id), more)
                        .isEqualTo(more.contains(words.get(id)));
            }
        }
    }

    private static VocabularyAlignment align(TokenForms target, List<String> source) {
        return VocabularyAlignment.of(target, TokenForms.of(Tokenizers.wordPiece(source.toArray(String[]::new))));
    }
}
