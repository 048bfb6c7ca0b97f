package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TokenizerBuilderTest {

    private static final String BERT =
            "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ncat\ncafe\n##s\n東\n京\n東京\n-\nice-cream\nice\ncream\n";

    @TempDir
    Path folder;

    @BeforeEach
    void bert() throws IOException {
        write("config.json", "{\"model_type\": \"bert\"}");
        write("vocab.txt", BERT);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void bpe(String vocabulary, String merges) throws IOException {
        Files.delete(folder.resolve("vocab.txt"));
        write("config.json", "{\"model_type\": \"gpt2\"}");
        write("vocab.json", vocabulary);
        write("merges.txt", merges);
    }

    private JsonNode built() {
        TokenizerJson json = TokenizerJson.load(folder);
        return StrictJson.object(json.file(), json.bytes());
    }

    private List<String> tokens(String text) {
        try (Tokenizer tokenizer = Tokenizer.open(TokenizerJson.load(folder), 64)) {
            return Arrays.stream(
                            tokenizer.encode(List.of(text)).getFirst().ids().toLongArray())
                    .mapToObj(id -> tokenizer.vocabulary().token((int) id).orElseThrow())
                    .toList();
        }
    }

    @Test
    void bert_lowersAndStripsAccents_unlessToldNot() throws IOException {
        assertThat(tokens("Cats CAFÉ 東京")).containsExactly("[CLS]", "cat", "##s", "cafe", "東", "京", "[SEP]");

        write("tokenizer_config.json", "{\"do_lower_case\": false, \"strip_accents\": true}");
        assertThat(tokens("cat Cat café")).containsExactly("[CLS]", "cat", "[UNK]", "cafe", "[SEP]");

        write("tokenizer_config.json", "{\"strip_accents\": false, \"tokenize_chinese_chars\": false}");
        assertThat(tokens("Cat café 東京")).containsExactly("[CLS]", "cat", "[UNK]", "東京", "[SEP]");
    }

    @Test
    void bert_ofACasedVocabulary_keepsCapitals() throws IOException {
        write("vocab.txt", BERT + "Paris\n");

        assertThat(tokens("Paris")).containsExactly("[CLS]", "Paris", "[SEP]");
    }

    @Test
    void wordsThatAreNeverSplit_stayWhole() throws IOException {
        assertThat(tokens("ice-cream")).containsExactly("[CLS]", "ice", "-", "cream", "[SEP]");

        write("tokenizer_config.json", "{\"never_split\": [\"ice-cream\"]}");
        assertThat(tokens("ice-cream")).containsExactly("[CLS]", "ice-cream", "[SEP]");
    }

    @Test
    void addedTokens_followTheVocabulary() throws IOException {
        write("added_tokens.json", "{\"[NEW]\": 16, \"[OLD]\": 15}");
        write("special_tokens_map.json", "{\"additional_special_tokens\": [\"[NEW]\", \"[MORE]\"]}");

        JsonNode added = built().path("added_tokens");

        assertThat(added.findValuesAsString("content"))
                .containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[OLD]", "[NEW]", "[MORE]");
        assertThat(added.path(5).path("special").booleanValue()).isFalse();
        assertThat(added.path(6).path("special").booleanValue()).isTrue();
        assertThat(added.path(7).path("id").intValue()).isEqualTo(17);
        assertThat(tokens("[OLD] cat[NEW]")).containsExactly("[CLS]", "[OLD]", "cat", "[NEW]", "[SEP]");
    }

    @Test
    void addedTokensDecoder_decidesFlags() throws IOException {
        write("tokenizer_config.json", """
                {"tokenizer_class": "BertTokenizer", "mask_token": "[MASK]", "added_tokens_decoder": {
                  "4": {"content": "[MASK]", "lstrip": true, "normalized": false, "special": true},
                  "15": {"content": "new", "single_word": true, "normalized": true, "special": false}}}""");

        JsonNode added = built().path("added_tokens");

        assertThat(added.findValuesAsString("content"))
                .containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "new");
        assertThat(added.path(4).path("lstrip").booleanValue()).isTrue();
        assertThat(added.path(5).path("single_word").booleanValue()).isTrue();
        assertThat(tokens("New news")).containsExactly("[CLS]", "new", "[UNK]", "[SEP]");
    }

    @Test
    void specialTokens_areThoseThatTheConfigurationNames() throws IOException {
        write("vocab.txt", "<pad>\n<unk>\n<s>\n</s>\ncat\n");
        write("tokenizer_config.json", """
                {"tokenizer_class": "BertTokenizerFast", "pad_token": "<pad>", "cls_token": {"content": "<s>"},
                 "sep_token": "</s>", "mask_token": null}""");
        write("special_tokens_map.json", "{\"unk_token\": \"<unk>\"}");

        assertThat(tokens("cat dog")).containsExactly("<s>", "cat", "<unk>", "</s>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"model_type": "bert"}  | {"tokenizer_class": "BertJapaneseTokenizer"} | tokenizer class "BertJapaneseTokenizer" none is built; known: AlbertTokenizer, BartTokenizer,
                    {"model_type": "whale"} | {}                                           | model type "whale" none is built; known: albert, bart, bert,
                    """)
    void unknownKind_isNamedWithThoseKnown(String config, String tokenizer, String message) throws IOException {
        write("config.json", config);
        write("tokenizer_config.json", tokenizer);

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(message)
                .hasMessageEndingWith("put the model's tokenizer.json there");
    }

    @Test
    void vocabularyAlone_isNoTokenizer() throws IOException {
        Files.delete(folder.resolve("config.json"));

        assertThat(TokenizerJson.find(folder)).isEmpty();
        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("no tokenizer.json in this folder, and none to build");
    }

    @Test
    void wrongVocabularyForTheKind_isNamed() throws IOException {
        write("config.json", "{\"model_type\": \"roberta\"}");

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("to build a RobertaTokenizer's there must be vocab.json and merges.txt");
    }

    @Test
    void specialTokenThatIsMissing_isNamed() throws IOException {
        write("vocab.txt", "[UNK]\n[CLS]\ncat\n");

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("the tokenizer has no sep_token");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"a": 0, "b": 2}                       | a b   | vocab.json: token "b": got id 2, expected 0 to 1
                    {"a": 0, "b": 0}                       | a b   | vocab.json: id 0 is both "a" and "b"
                    {"a": 0, "b": -1}                      | a b   | vocab.json: token "b": got id -1
                    {"a": 0, "b": "1"}                     | a b   | vocab.json: token "b": got id "1"
                    {"a": 0, "a": 1}                       | a b   | vocab.json: no JSON: Duplicate
                    ["a"]                                  | a b   | vocab.json: got JSON array
                    {"a": 0, "b": 1, "ab": 2}              | a b b | merges.txt: line 1: got "a b b", expected two tokens
                    {"a": 0, "b": 1, "ab": 2}              | ab    | merges.txt: line 1: got "ab", expected two tokens
                    {"a": 0, "b": 1}                       | a b   | a part or the result is not in the vocabulary
                    """)
    void brokenVocabularyOrMerges_areRefused(String vocabulary, String merges, String message) throws IOException {
        bpe(vocabulary, merges);

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void missingMerges_areNamed() throws IOException {
        bpe("{\"a\": 0}", "");
        Files.delete(folder.resolve("merges.txt"));

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("merges.txt: no such file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    added_tokens.json     | {"new": 20}                            | token "new" has id 20, but the vocabulary gives it 15
                    added_tokens.json     | {"cat": 1}                             | token "cat" has id 1, but the vocabulary gives it 5
                    added_tokens.json     | {"a": 15, "b": 15}                     | id 15 is both "a" and "b"
                    added_tokens.json     | {"a": "x"}                             | token "a": got id "x"
                    tokenizer_config.json | {"do_lower_case": "no"}                | do_lower_case: got "no", expected true or false
                    tokenizer_config.json | {"cls_token": 7}                       | cls_token: got 7, expected a token
                    tokenizer_config.json | {"added_tokens_decoder": {"x": {"content": "a"}}} | token "a": got id x
                    special_tokens_map.json | {"cls_token": {"text": "[CLS]"}}     | cls_token: got {"text":"[CLS]"}
                    """)
    void brokenConfiguration_isRefused(String file, String text, String message) throws IOException {
        write(file, text);

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(message);
    }

    @Test
    void damagedFiles_areErrorsOrTokenizers_neverCrashes() throws IOException {
        Path golden = GoldenTexts.MODELS.resolve("gpt2_base");
        long seed = 20_261_123;
        Random random = new Random(seed);
        Files.delete(folder.resolve("vocab.txt"));
        Files.copy(golden.resolve("config.json"), folder.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
        for (int i = 0; i < 60; i++) {
            for (String name : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
                byte[] bytes = Files.readAllBytes(golden.resolve(name));
                int at = random.nextInt(bytes.length);
                bytes[at] = (byte) random.nextInt(256);
                Files.write(folder.resolve(name), bytes);
            }
            try (Tokenizer tokenizer = Tokenizer.open(TokenizerJson.load(folder), 8)) {
                assertThat(tokenizer.encode(List.of("the cat")).getFirst().length())
                        .as("seed %d", seed)
                        .isPositive();
            } catch (MalformedException | UnsupportedException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining(folder.toString());
            }
        }
    }
}
