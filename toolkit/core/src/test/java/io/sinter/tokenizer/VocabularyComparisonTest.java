package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VocabularyComparisonTest {

    private static Vocabulary of(Object... tokensAndIds) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (int i = 0; i < tokensAndIds.length; i += 2) {
            ids.put((String) tokensAndIds[i], (Integer) tokensAndIds[i + 1]);
        }
        return new Vocabulary(Path.of("test"), ids, Map.of());
    }

    @Test
    void equalMaps_areTheSame_inAnyOrder() {
        assertThat(VocabularyComparison.compare(of("a", 0, "b", 1), of("b", 1, "a", 0)))
                .isEqualTo(new VocabularyComparison.Same());
    }

    @Test
    void otherIds_arePermuted() {
        Vocabulary first = of("a", 0, "b", 1, "c", 3);
        Vocabulary second = of("c", 0, "a", 2, "b", 3);

        // Id 2 stands for nothing in the first, id 1 for nothing in the second.
        assertThat(VocabularyComparison.compare(first, second))
                .isEqualTo(new VocabularyComparison.Permuted(List.of(2, 3, 1, 0)));
    }

    @Test
    void missingToken_isTheFirstById() {
        VocabularyComparison result = VocabularyComparison.compare(of("z", 2, "y", 1, "a", 0), of("a", 0, "q", 1));

        assertThat(result)
                .isEqualTo(new VocabularyComparison.Different(
                        "y", OptionalInt.of(1), OptionalInt.empty(), new VocabularyComparison.Counts(3, 2, 1)));
        assertThat(((VocabularyComparison.Different) result).message("bge", "e5"))
                .contains("\"bge\" has token \"y\" (id 1), \"e5\" does not")
                .contains("\"bge\" has 3 tokens, \"e5\" 2, 1 are in both")
                .contains("vocabulary: {from: ");
    }

    @Test
    void tokenOnlyInTheSecond_isNamed() {
        VocabularyComparison result = VocabularyComparison.compare(of("a", 0), of("a", 0, "q", 1));

        assertThat(((VocabularyComparison.Different) result).message("bge", "e5"))
                .contains("\"e5\" has token \"q\" (id 1), \"bge\" does not");
    }
}
