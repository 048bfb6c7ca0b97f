package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.json.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TokenizerTest {

    private static final Path GOLDEN = Path.of("src/test/resources/tokenizer");

    private static Tokenizer open(String model, int maxTokens) {
        return Tokenizer.open(GOLDEN.resolve(model).resolve("tokenizer.json"), maxTokens);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_base", "roberta_base", "albert_base", "clip_base", "llama_gqa"})
    void texts_ofAGoldenModel_giveItsIdsTypesAndOffsets(String model) {
        JsonNode golden = StrictJson.object(GOLDEN.resolve(model).resolve("texts.json"), 1 << 20);
        List<String> texts = new ArrayList<>();
        golden.path("single").forEach(t -> texts.add(t.path("text").stringValue()));
        try (Tokenizer tokenizer = open(model, 512)) {
            List<Encoding> encodings = tokenizer.encode(texts);
            for (int i = 0; i < texts.size(); i++) {
                JsonNode expected = golden.path("single").get(i);
                Encoding got = encodings.get(i);
                assertThat(got.ids().toLongArray()).as(texts.get(i)).containsExactly(longs(expected.path("ids")));
                assertThat(got.typeIds().toLongArray()).containsExactly(longs(expected.path("type_ids")));
                for (int t = 0; t < got.length(); t++) {
                    JsonNode span = expected.path("offsets").get(t);
                    assertThat(got.spans().get(t))
                            .as("%s: token %d", texts.get(i), t)
                            .isEqualTo(new Encoding.Span(
                                    span.get(0).intValue(), span.get(1).intValue()));
                }
            }
        }
    }

    @Test
    void truncation_isOurs_notTheFiles() {
        try (Tokenizer tokenizer = open("bert_base", 5)) {
            Encoding encoding =
                    tokenizer.encode(List.of("the the the the the the the the")).getFirst();

            assertThat(encoding.length()).isEqualTo(5);
            assertThat(tokenizer.vocabulary().token((int) encoding.ids().toLongArray()[4]))
                    .contains("[SEP]");
        }
        try (Tokenizer tokenizer = open("bert_base", 1000)) {
            String longText = "the ".repeat(700);
            assertThat(tokenizer.encode(List.of(longText)).getFirst().length()).isEqualTo(702);
        }
    }

    @Test
    void specialTokens_haveTheirRoles() {
        try (Tokenizer tokenizer = open("bert_base", 8)) {
            Vocabulary vocabulary = tokenizer.vocabulary();
            assertThat(vocabulary.size()).isEqualTo(211);
            assertThat(vocabulary.rowsNeeded()).isEqualTo(211);
            assertThat(vocabulary.special(SpecialToken.PAD)).hasValue(0);
            assertThat(vocabulary.special(SpecialToken.UNK)).hasValue(1);
            assertThat(vocabulary.special(SpecialToken.CLS)).hasValue(2);
            assertThat(vocabulary.special(SpecialToken.SEP)).hasValue(3);
            assertThat(vocabulary.special(SpecialToken.MASK)).hasValue(4);
        }
    }

    @Test
    void loneSurrogatesAndNul_doNotReachTheLibraryAsTheyAre() {
        try (Tokenizer tokenizer = open("roberta_base", 64)) {
            List<Encoding> encodings = tokenizer.encode(List.of("a\uD800b", "a\uFFFDb", "a\0b", ""));

            assertThat(encodings.get(0).ids().toLongArray())
                    .containsExactly(encodings.get(1).ids().toLongArray());
            assertThat(encodings.get(3).length()).isEqualTo(2);
        }
    }

    @Test
    void longText_isRefusedBeforeTheLibraryReadsIt() {
        try (Tokenizer tokenizer = open("bert_base", 8)) {
            List<String> texts = List.of("ok", "a".repeat(Tokenizer.MAX_CHARACTERS + 1));

            assertThatThrownBy(() -> tokenizer.encode(texts))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessage("text 1: 1000001 characters, at most 1000000 are tokenised; split it");
        }
    }

    @Test
    void missingFile_isNamed() {
        assertThatThrownBy(() -> open("nowhere", 8))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("nowhere/tokenizer.json: no such file");
    }

    private static long[] longs(JsonNode array) {
        return array.valueStream().mapToLong(JsonNode::asLong).toArray();
    }
}
