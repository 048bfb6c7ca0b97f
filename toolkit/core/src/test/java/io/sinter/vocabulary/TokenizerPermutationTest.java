package io.sinter.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerPermutationTest {

    private static final long SEED = 11;

    private static int[] permutation(int rows) {
        List<Integer> ids = IntStream.range(0, rows).boxed().collect(Collectors.toList());
        Collections.shuffle(ids, new Random(SEED));
        return ids.stream().mapToInt(id -> id).toArray();
    }

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void permutedTokenizer_givesPermutedIds(Path model) {
        TokenizerJson json = TokenizerJson.load(model);
        int[] newIds = permutation(json.vocabulary().rowsNeeded());

        TokenizerJson permuted = TokenizerPermutation.of(json, newIds);

        List<String> texts = Texts.golden();
        try (Tokenizer before = Tokenizer.open(json, 64);
                Tokenizer after = Tokenizer.open(permuted, 64)) {
            List<Encoding> expected = before.encode(texts);
            List<Encoding> got = after.encode(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(got.get(i).ids().toLongArray())
                        .as(texts.get(i))
                        .isEqualTo(Arrays.stream(expected.get(i).ids().toLongArray())
                                .map(id -> newIds[(int) id])
                                .toArray());
                assertThat(after.decode(got.get(i).ids().toLongArray()))
                        .isEqualTo(before.decode(expected.get(i).ids().toLongArray()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void alignment_withPermutedIds_isThePermutation(Path model) {
        TokenizerJson json = TokenizerJson.load(model);
        int[] newIds = permutation(json.vocabulary().rowsNeeded());

        VocabularyAlignment alignment =
                VocabularyAlignment.of(TokenForms.of(json), TokenForms.of(TokenizerPermutation.of(json, newIds)));

        assertThat(Arrays.mismatch(alignment.rows(), newIds)).isEqualTo(-1);
        assertThat(alignment.coverage().counts().get(Match.EXACT))
                .isEqualTo(json.vocabulary().size());
    }

    @Test
    void idGivenTwice_isAMistake() {
        TokenizerJson json = Tokenizers.wordPiece("[UNK]", "a", "b");

        assertThatThrownBy(() -> TokenizerPermutation.of(json, new int[] {0, 1, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token \"b\": got 1");
        assertThatThrownBy(() -> TokenizerPermutation.of(json, new int[] {0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 2 ids, expected 3");
    }
}
