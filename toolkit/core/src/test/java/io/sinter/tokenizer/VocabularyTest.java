package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyTest {

    @TempDir
    Path folder;

    private static final String WORDPIECE = """
            {"added_tokens": [{"id": 0, "content": "[PAD]", "special": true}],
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[PAD]": 0, "[UNK]": 1, "a": 2, "b": 3}}}
            """;

    private Vocabulary read(String json) throws IOException {
        return Vocabulary.read(Files.writeString(folder.resolve("tokenizer.json"), json));
    }

    @Test
    void wordPiece_hasItsTokens() throws IOException {
        Vocabulary vocabulary = read(WORDPIECE);

        assertThat(vocabulary.ids()).containsEntry("a", 2).hasSize(4);
        assertThat(vocabulary.special(SpecialToken.PAD)).hasValue(0);
        assertThat(vocabulary.special(SpecialToken.UNK)).hasValue(1);
        assertThat(vocabulary.special(SpecialToken.MASK)).isEqualTo(OptionalInt.empty());
        assertThat(vocabulary.token(3)).contains("b");
    }

    @Test
    void addedTokens_extendTheVocabulary() throws IOException {
        Vocabulary vocabulary = read("""
                {"added_tokens": [{"id": 2, "content": "<new>", "special": false}],
                 "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.5]]}}
                """);

        assertThat(vocabulary.size()).isEqualTo(3);
        assertThat(vocabulary.rowsNeeded()).isEqualTo(3);
        assertThat(vocabulary.special(SpecialToken.UNK)).hasValue(0);
    }

    @Test
    void vocabTxt_hasOneTokenALine() throws IOException {
        Vocabulary vocabulary = Vocabulary.read(Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\nx\n"));

        assertThat(vocabulary.id("x")).hasValue(2);
        assertThat(vocabulary.special(SpecialToken.UNK)).hasValue(1);
    }

    @Test
    void vocabTxt_withARepeatedLine_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("vocab.txt"), "x\ny\nx\n");

        assertThatThrownBy(() -> Vocabulary.read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageEndingWith("line 3: \"x\" is already on line 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "b": 3                | "b": 2              | id 2 is both "a" and "b"
            "b": 3                | "b": -1             | got id -1
            "b": 3                | "b": 1.5            | got id 1.5
            "b": 3                | "b": "3"            | got id "3"
            "b": 3                | "b": 99999999       | got id 99999999
            "b": 3                | "a": 3              | Duplicate
            "id": 0               | "id": 5             | token "[PAD]": id 5 among the added tokens, 0 in the vocabulary
            "content": "[PAD]"    | "content": 7        | expected an object with id and content
            "type": "WordPiece"   | "type": "Magic"     | model.type: got "Magic"
            "model"               | "modle"             | no object "model"
            "unk_token": "[UNK]"  | "merges": ["a b"]   | model.merges: "a b": a part or the result
            "unk_token": "[UNK]"  | "merges": [["a"]]   | expected two tokens
            {"added_tokens"       | [{"added_tokens"    | no JSON
            {"added_tokens"       | {"truncation": {"max_length": 4, "stride": 4}, "added_tokens" | stride 4; expected
            {"added_tokens"       | {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "FixedLength", "length": 0}]}, "added_tokens" | pre_tokenizer.pretokenizers[0].length: got 0
            {"added_tokens"       | {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AQIDBAU="}, "added_tokens" | precompiled_charsmap: a trie of
            {"added_tokens"       | {"normalizer": {"type": "Precompiled", "precompiled_charsmap": "?"}, "added_tokens" | no base64
            {"added_tokens"       | {"decoder": {"type": "Strip", "start": -1, "stop": 0}, "added_tokens" | decoder.start: got -1
            {"added_tokens"       | {"post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[X]", "type_id": 0}}], "special_tokens": {}}, "added_tokens" | special token "[X]" is not defined
            """)
    void brokenFile_isRefusedWithWhatIsWrong(String sane, String broken, String message) throws IOException {
        assertThat(WORDPIECE).contains(sane);
        String json = WORDPIECE.replace(sane, broken);

        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining(message);
    }

    @Test
    void everyTruncationOfTheFile_isRefused() {
        for (int length = 0; length < WORDPIECE.strip().length(); length++) {
            String json = WORDPIECE.substring(0, length);
            assertThatThrownBy(() -> read(json))
                    .as("first %d characters", length)
                    .isInstanceOf(MalformedException.class);
        }
    }
}
