package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Tokenizers built from SentencePiece models. The models are written here, with the golden models' pieces, scores and
 * merges; the recorded tokens are those of {@code texts.json}.
 */
class SentencePieceTest {

    private static final int TEXT = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;

    @TempDir
    Path folder;

    /** A SentencePiece model, field by field. */
    private static final class Proto {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Proto piece(String text, double score, int type) {
            return message(
                    1,
                    new Proto()
                            .message(1, text.getBytes(StandardCharsets.UTF_8))
                            .key(2, 5)
                            .raw(ByteBuffer.allocate(4)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .putFloat((float) score)
                                    .array())
                            .number(3, type)
                            .bytes());
        }

        Proto trainer(int algorithm, int unknownId) {
            return message(
                    2, new Proto().number(3, algorithm).number(40, unknownId).bytes());
        }

        Proto charsMap(String base64) {
            return message(
                    3,
                    new Proto().message(2, Base64.getDecoder().decode(base64)).bytes());
        }

        private Proto message(int number, byte[] content) {
            return key(number, 2).varint(content.length).raw(content);
        }

        private Proto number(int number, int value) {
            return key(number, 0).varint(value);
        }

        private Proto key(int number, int wireType) {
            return varint((number << 3) | wireType);
        }

        private Proto varint(int value) {
            int rest = value;
            while (rest > 0x7F) {
                bytes.write((rest & 0x7F) | 0x80);
                rest >>>= 7;
            }
            bytes.write(rest);
            return this;
        }

        private Proto raw(byte[] content) {
            bytes.writeBytes(content);
            return this;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    private static JsonNode tokenizer(String model) {
        return StrictJson.object(GoldenTexts.MODELS.resolve(model).resolve("tokenizer.json"), Vocabulary.MAX_BYTES);
    }

    private static String charsMap() {
        return tokenizer("xlmr_charsmap")
                .path("normalizer")
                .path("normalizers")
                .path(0)
                .path("precompiled_charsmap")
                .stringValue();
    }

    private static int type(String piece, int id, int unknown) {
        if (id == unknown) {
            return UNKNOWN;
        }
        return piece.matches("<.*>|\\[.*]") ? CONTROL : TEXT;
    }

    /** The unigrams of a golden model from one id on. */
    private static Proto unigrams(String model, int from) {
        JsonNode golden = tokenizer(model).path("model");
        int unknown = golden.path("unk_id").intValue();
        Proto proto = new Proto().trainer(1, unknown);
        int id = 0;
        for (JsonNode piece : golden.path("vocab")) {
            String text = piece.get(0).stringValue();
            if (id >= from) {
                proto.piece(text, piece.get(1).doubleValue(), type(text, id, unknown));
            }
            id++;
        }
        return proto;
    }

    private TokenizerJson build(String model, String file, Proto proto) throws IOException {
        Path golden = GoldenTexts.MODELS.resolve(model);
        Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
        Files.copy(golden.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
        Files.write(folder.resolve(file), proto.bytes());
        TokenizerJson json = TokenizerJson.load(folder);
        assertThat(json.note()).get().asString().contains("built from a SentencePiece model");
        return json;
    }

    /**
     * Compares every text but those that a class treats otherwise than the recording tokenizer: Hugging Face's conversion
     * cuts white space before added tokens and at the end of a text, and the map of characters, which is another golden
     * model's, drops zero-width spaces.
     */
    private static void same(GoldenTexts golden, TokenizerJson json, String... others) {
        SoftAssertions.assertSoftly(soft -> {
            try (Tokenizer tokenizer = Tokenizer.open(json, 512)) {
                for (GoldenTexts.Case text : golden.singles()) {
                    boolean other = Arrays.stream(others).anyMatch(text.first()::contains);
                    if (other || !text.first().equals(text.first().stripTrailing())) {
                        continue;
                    }
                    List<String> tokens = Arrays.stream(tokenizer
                                    .encode(List.of(text.first()))
                                    .getFirst()
                                    .ids()
                                    .toLongArray())
                            .mapToObj(id -> json.vocabulary().token((int) id).orElseThrow())
                            .toList();
                    soft.assertThat(tokens).as(text.name()).isEqualTo(expected(golden, text));
                }
            }
        });
    }

    private static List<String> expected(GoldenTexts golden, GoldenTexts.Case text) {
        Vocabulary recorded = Vocabulary.read(golden.folder().resolve("tokenizer.json"));
        List<String> tokens = new ArrayList<>();
        for (JsonNode id : text.expected().path("ids")) {
            tokens.add(recorded.token(id.intValue()).orElseThrow());
        }
        return tokens;
    }

    @Test
    void albert_isThatOfTheRecording() throws IOException {
        TokenizerJson json = build("albert_base", "spiece.model", unigrams("albert_base", 0));

        same(GoldenTexts.of("albert_base"), json);
        JsonNode built = StrictJson.object(json.file(), json.bytes());
        for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder", "added_tokens")) {
            assertThat(built.path(part))
                    .as(part)
                    .isEqualTo(tokenizer("albert_base").path(part));
        }
    }

    @Test
    void xlmRoberta_putsItsSpecialTokensFirst() throws IOException {
        Proto proto = new Proto()
                .trainer(1, 0)
                .piece("<unk>", 0, UNKNOWN)
                .piece("<s>", 0, CONTROL)
                .piece("</s>", 0, CONTROL)
                .raw(unigrams("xlmr_charsmap", 5).bytes())
                .charsMap(charsMap());

        TokenizerJson json = build("xlmr_charsmap", "sentencepiece.bpe.model", proto);

        assertThat(json.vocabulary().ids()).containsEntry("<s>", 0).containsEntry("<pad>", 1);
        assertThat(json.vocabulary().ids()).containsEntry("<unk>", 3).containsEntry("\u2581", 4);
        assertThat(json.vocabulary().id("<mask>")).hasValue(json.vocabulary().size() - 1);
        same(GoldenTexts.of("xlmr_charsmap"), json, "<s>");
    }

    @Test
    void t5_endsTexts_andHasExtraIds() throws IOException {
        TokenizerJson json =
                build("t5enc_relu", "spiece.model", unigrams("t5enc_relu", 0).charsMap(charsMap()));

        assertThat(json.vocabulary().size()).isEqualTo(330);
        assertThat(json.vocabulary().id("<extra_id_0>")).hasValue(329);
        same(GoldenTexts.of("t5enc_relu"), json, "<s>", "\u200b");
    }

    @Test
    void debertaV2_isThatOfTheRecording() throws IOException {
        TokenizerJson json = build(
                "deberta2_share", "spm.model", unigrams("deberta2_share", 0).charsMap(charsMap()));

        same(GoldenTexts.of("deberta2_share"), json, "\u200b");
    }

    @Test
    void camembert_keepsRoomForFairseqsTokens() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"camembert\"}");
        Proto proto = new Proto()
                .trainer(1, 0)
                .piece("<unk>", 0, UNKNOWN)
                .piece("<s>", 0, CONTROL)
                .piece("</s>", 0, CONTROL)
                .piece("\u2581oui", -1, TEXT);
        Files.write(folder.resolve("sentencepiece.bpe.model"), proto.bytes());

        TokenizerJson json = TokenizerJson.load(folder);

        assertThat(json.vocabulary().ids().keySet())
                .containsExactly(
                        "<s>NOTUSED",
                        "<pad>",
                        "</s>NOTUSED",
                        "<unk>",
                        "<unk>NOTUSED",
                        "<s>",
                        "</s>",
                        "\u2581oui",
                        "<mask>");
        try (Tokenizer tokenizer = Tokenizer.open(json, 16)) {
            assertThat(tokenizer.encode(List.of("oui <mask>")).getFirst().ids().toLongArray())
                    .containsExactly(5, 7, 8, 6);
        }
    }

    @Test
    void llama_getsItsMergesFromTheScores() throws IOException {
        JsonNode golden = tokenizer("llama_gqa").path("model");
        List<String> merged = new ArrayList<>();
        golden.path("merges")
                .forEach(m -> merged.add(m.get(0).stringValue() + m.get(1).stringValue()));
        Proto proto = new Proto().trainer(2, 0);
        golden.path("vocab").properties().stream()
                .sorted((a, b) -> a.getValue().intValue() - b.getValue().intValue())
                .forEach(e -> proto.piece(
                        e.getKey(),
                        merged.contains(e.getKey()) ? -merged.indexOf(e.getKey()) : -1e6,
                        e.getKey().matches("<0x..>")
                                ? 6
                                : type(e.getKey(), e.getValue().intValue(), 0)));
        Path model = GoldenTexts.MODELS.resolve("llama_gqa");
        Files.copy(model.resolve("config.json"), folder.resolve("config.json"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"add_eos_token\": true}");
        Files.write(folder.resolve("tokenizer.model"), proto.bytes());

        TokenizerJson json = TokenizerJson.load(folder);

        assertThat(StrictJson.object(json.file(), json.bytes()).path("model").path("merges"))
                .hasSizeGreaterThanOrEqualTo(merged.size());
        GoldenTexts texts = GoldenTexts.of("llama_gqa");
        try (Tokenizer tokenizer = Tokenizer.open(json, 512)) {
            for (GoldenTexts.Case text : texts.singles()) {
                assertThat(tokenizer
                                .encode(List.of(text.first()))
                                .getFirst()
                                .ids()
                                .toLongArray())
                        .as(text.name())
                        .containsExactly(text.expected()
                                .path("ids")
                                .valueStream()
                                .mapToLong(JsonNode::asLong)
                                .toArray());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''            | 0 pieces, expected 1 to
                    0a05          | byte 2 of a message: a field of 5 bytes, 0 are left
                    0a020a7f      | a field of 127 bytes, 0 are left
                    ffffffffffffffffffffff | a number of more than ten bytes
                    0b            | wire type 3
                    0a030a01ff    | piece 0: no UTF-8
                    0a021801      | piece 0: "" with score 0.0
                    0a030a01611202 | a field of 2 bytes, 0 are left
                    0a030a016112021803 | model_type 3, expected 1 (unigram) or 2 (bpe)
                    """)
    void brokenModels_areRefused(String hex, String message) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"t5\"}");
        Files.write(folder.resolve("spiece.model"), HexFormat.of().parseHex(hex));

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("spiece.model: ")
                .hasMessageContaining(message);
    }

    @Test
    void damagedModels_areErrorsOrTokenizers_neverCrashes() throws IOException {
        byte[] sound = unigrams("albert_base", 0).bytes();
        Files.copy(GoldenTexts.MODELS.resolve("albert_base/config.json"), folder.resolve("config.json"));
        long seed = 20_261_123;
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = random.nextBoolean() ? sound.clone() : Arrays.copyOf(sound, random.nextInt(sound.length));
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(folder.resolve("spiece.model"), bytes);
            try (Tokenizer tokenizer = Tokenizer.open(TokenizerJson.load(folder), 8)) {
                assertThat(tokenizer.encode(List.of("the cat")).getFirst().length())
                        .as("seed %d", seed)
                        .isPositive();
            } catch (SinterException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining(folder.toString());
            }
        }
    }

    @Test
    void otherVocabulary_isNotEnough() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"xlm-roberta\"}");
        Files.writeString(folder.resolve("vocab.txt"), "a\n");

        assertThatThrownBy(() -> TokenizerJson.load(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("to build a XLMRobertaTokenizer's there must be a SentencePiece model");
    }
}
