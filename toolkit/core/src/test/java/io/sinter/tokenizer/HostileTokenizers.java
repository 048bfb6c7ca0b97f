package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.UnsupportedException;
import io.sinter.tokenizer.HostileTokenizerTest.Case;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Files that would abort the process, hang it or fill the memory in the tokenizer library. */
final class HostileTokenizers {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");

    private HostileTokenizers() {}

    private static Case file(String model, String message, Consumer<ObjectNode> damage) {
        return new Case(message, test -> test.refuses(model, message, damage));
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private static Case part(String part, String value, String message) {
        return file("bert_base", message, root -> root.set(part, json(value)));
    }

    private static ObjectNode model(ObjectNode root) {
        return (ObjectNode) root.path("model");
    }

    /** All of them. */
    static Stream<Case> cases() {
        return Stream.of(listed(), patterns(), components(), processors(), models(), ids(), sizes())
                .flatMap(cases -> cases);
    }

    /** What is known to abort the process in the library, or to keep it busy for ever. */
    private static Stream<Case> listed() {
        String strip = "{'type': 'Strip', 'content': 'x', 'start': %s, 'stop': %s}";
        return Stream.of(
                part("truncation", "{'max_length': 8, 'stride': 8}", "truncation: max_length 8, stride 8")
                        .called("truncation stride ≥ max_length"),
                part("truncation", "{'max_length': 0, 'stride': 0}", "truncation: max_length 0, stride 0")
                        .called("truncation to nothing"),
                part(
                                "post_processor",
                                "{'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '[X]', 'type_id': 0}}], 'pair': [], 'special_tokens': {}}",
                                "post_processor.single: special token \"[X]\" is not defined in special_tokens")
                        .called("TemplateProcessing with an undefined special token"),
                file(
                                "roberta_base",
                                "a part or the result is not in the vocabulary",
                                root -> model(root)
                                        .withArray("merges")
                                        .addArray()
                                        .add("z".repeat(40))
                                        .add("q".repeat(40)))
                        .called("BPE merge longer than the longest vocabulary entry"),
                part("decoder", strip.formatted("0", "4000000000"), "decoder.stop: got 4000000000")
                        .called("Strip decoder that strips too much"),
                part("decoder", strip.formatted("-1", "0"), "decoder.start: got -1")
                        .called("Strip decoder from a negative place"),
                part(
                                "pre_tokenizer",
                                "{'type': 'FixedLength', 'length': 0}",
                                "length: got 0, expected an integer from 1")
                        .called("FixedLength of 0"),
                part(
                                "normalizer",
                                "{'type': 'Precompiled', 'precompiled_charsmap': 'AQIDBAU='}",
                                "precompiled_charsmap: a trie of")
                        .called("invalid Precompiled charsmap"),
                part(
                                "pre_tokenizer",
                                "{'type': 'Split', 'pattern': {'Regex': '(a+)+'}, 'behavior': 'Isolated', 'invert': false}",
                                "pre_tokenizer.pattern: regular expression \"(a+)+\": what is repeated can match one text in several ways, which may take exponential time")
                        .called("Split regular expression (a+)+"),
                new Case("characters are capped before tokenising", test -> {
                    try (Tokenizer tokenizer = Tokenizer.open(GOLDEN.resolve("bert_base/tokenizer.json"), 16)) {
                        String longest = "a".repeat(Tokenizer.MAX_CHARACTERS);
                        assertThat(tokenizer
                                        .encode(List.of(longest))
                                        .getFirst()
                                        .ids()
                                        .elementCount())
                                .isLessThanOrEqualTo(16);
                        assertThatThrownBy(() -> tokenizer.encode(List.of("a", longest + "a")))
                                .isInstanceOf(UnsupportedException.class)
                                .hasMessage("text 1: 1000001 characters, at most 1000000 are tokenised; split it");
                    }
                }));
    }

    private static Stream<Case> patterns() {
        return Stream.of(
                part(
                        "normalizer",
                        "{'type': 'Sequence', 'normalizers': [{'type': 'NFC'}, {'type': 'Replace', 'pattern': {'Regex': '(x)\\\\1'}, 'content': ''}]}",
                        "normalizer.normalizers[1].pattern: regular expression \"(x)\\\\1\": backreference \\1"),
                part(
                        "decoder",
                        "{'type': 'Replace', 'pattern': {'Regex': '(?:.*)*b'}, 'content': ''}",
                        "decoder.pattern: regular expression \"(?:.*)*b\": what is repeated"),
                part(
                        "pre_tokenizer",
                        "{'type': 'Split', 'pattern': {'String': ''}, 'behavior': 'Isolated', 'invert': false}",
                        "pre_tokenizer.pattern: got {\"String\":\"\"}, expected a text of 1 to 10000 characters"),
                part(
                        "pre_tokenizer",
                        "{'type': 'Split', 'pattern': {'Regex': '" + "a".repeat(10_001) + "'}}",
                        "expected a text of 1 to 10000 characters"),
                part("pre_tokenizer", "{'type': 'Split', 'pattern': 7}", "pre_tokenizer.pattern: got 7"));
    }

    private static Stream<Case> components() {
        String growing = "{'type': 'Replace', 'pattern': {'String': 'a'}, 'content': 'aaaaaaaaaa'}";
        return Stream.of(
                part(
                        "pre_tokenizer",
                        "{'type': 'Metaspace', 'replacement': '__'}",
                        "replacement: got \"__\", expected one character"),
                part(
                        "pre_tokenizer",
                        "{'type': 'Metaspace', 'replacement': '_', 'prepend_scheme': 'often'}",
                        "prepend_scheme: got \"often\", expected one of [always, first, never]"),
                part(
                        "pre_tokenizer",
                        "{'type': 'CharDelimiterSplit', 'delimiter': ''}",
                        "delimiter: got \"\", expected one character"),
                part(
                        "pre_tokenizer",
                        "{'type': 'Magic'}",
                        "pre_tokenizer.type: got \"Magic\", expected one of [BertPreTokenizer, "),
                part(
                        "normalizer",
                        "{'type': 'Metaspace'}",
                        "normalizer.type: got \"Metaspace\", expected one of [BertNormalizer, "),
                part("normalizer", "{'NFC': true}", "normalizer.type: got "),
                part("normalizer", "[]", "normalizer.type: got "),
                part(
                        "normalizer",
                        "{'type': 'Sequence', 'normalizers': [" + String.join(",", List.of(growing, growing, growing))
                                + "]}",
                        "normalizer.normalizers[2]: with the steps before it, a text may become more than 100 times as long"),
                part(
                        "normalizer",
                        "{'type': 'Prepend', 'prepend': '" + "x".repeat(10_001) + "'}",
                        "normalizer.prepend: got \"xxx"),
                part(
                        "normalizer",
                        "{'type': 'Precompiled', 'precompiled_charsmap': ''}",
                        "precompiled_charsmap: is empty"),
                part(
                        "normalizer",
                        "{'type': 'Precompiled', 'precompiled_charsmap': '%'}",
                        "precompiled_charsmap: no base64"),
                part(
                        "normalizer",
                        "{'type': 'Precompiled', 'precompiled_charsmap': '" + charsMap(0xFFFFFC00) + "'}",
                        "precompiled_charsmap: the trie leads beyond its 1 units"));
    }

    private static String charsMap(int unit) {
        byte[] bytes = {4, 0, 0, 0, (byte) unit, (byte) (unit >> 8), (byte) (unit >> 16), (byte) (unit >> 24), 'x'};
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Stream<Case> processors() {
        return Stream.of(
                part(
                        "post_processor",
                        "{'type': 'RobertaProcessing', 'sep': ['[SEP]', 3], 'cls': ['[CLS]', 99999]}",
                        "post_processor.cls: 99999 is no id of the vocabulary"),
                part(
                        "post_processor",
                        "{'type': 'BertProcessing', 'sep': ['[SEP]', -3], 'cls': ['[CLS]', 2]}",
                        "post_processor.sep: -3 is no id of the vocabulary"),
                part(
                        "post_processor",
                        "{'type': 'BertProcessing', 'sep': 3}",
                        "post_processor.cls: got , expected [token, id]"),
                part(
                        "post_processor",
                        "{'type': 'TemplateProcessing', 'single': [], 'pair': [], 'special_tokens': {'[X]': {'id': '[X]', 'ids': [2, 3], 'tokens': ['[X]']}}}",
                        "expected as many ids as tokens"),
                part(
                        "post_processor",
                        "{'type': 'Sequence', 'processors': [{'type': 'TemplateProcessing', 'single': [], 'pair': [], 'special_tokens': {'[X]': {'id': '[X]', 'ids': [4000000000], 'tokens': ['[X]']}}}]}",
                        "post_processor.processors[0].special_tokens: 4000000000 is no id of the vocabulary"),
                part(
                        "padding",
                        "{'strategy': 'BatchLongest', 'pad_to_multiple_of': 0, 'pad_id': 0}",
                        "pad_to_multiple_of: got 0"),
                part(
                        "padding",
                        "{'strategy': {'Fixed': 99999999999}, 'pad_id': 0}",
                        "padding.strategy.Fixed: got 99999999999"),
                part(
                        "padding",
                        "{'strategy': 'BatchLongest', 'pad_id': 4000}",
                        "padding.pad_id: 4000 is no id of the vocabulary"));
    }

    private static Stream<Case> models() {
        return Stream.of(
                part("model", "{'type': 'Neural', 'vocab': {}}", "model.type: got \"Neural\""),
                part("model", "'WordPiece'", "no object \"model\""),
                file(
                        "bert_base",
                        "model.max_input_chars_per_word: got 99999999",
                        root -> model(root).put("max_input_chars_per_word", 99_999_999)),
                file(
                        "bert_base",
                        "model.max_input_chars_per_word: got 0",
                        root -> model(root).put("max_input_chars_per_word", 0)),
                file(
                        "bert_base",
                        "model.unk_token: \"[X]\" is not in model.vocab: unknown words could not be written",
                        root -> model(root).put("unk_token", "[X]")),
                file(
                        "llama_gqa",
                        "model.unk_token: \"[X]\" is not in model.vocab: unknown words could not be written",
                        root -> model(root).put("unk_token", "[X]")),
                file(
                        "roberta_base",
                        "model.merges: got [\"a\"], expected two tokens",
                        root -> model(root).withArray("merges").addArray().add("a")),
                file(
                        "albert_base",
                        "model.unk_id: 7000 is no id",
                        root -> model(root).put("unk_id", 7000)),
                file(
                        "albert_base",
                        "model.unk_id: got null, expected a piece's id",
                        root -> model(root).putNull("unk_id")),
                file(
                        "albert_base",
                        "got [\"x\"], expected [token, score]",
                        root -> model(root).withArray("vocab").addArray().add("x")),
                file(
                        "albert_base",
                        "expected a token of 1 or more characters and a score",
                        root -> model(root)
                                .withArray("vocab")
                                .addArray()
                                .add("")
                                .add(-1)),
                file(
                        "albert_base",
                        "expected a token of 1 or more characters and a score",
                        root -> model(root)
                                .withArray("vocab")
                                .addArray()
                                .add("xyz")
                                .add(-1e300)),
                file(
                        "albert_base",
                        "got [\"x\",\"NaN\"], expected [token, score]",
                        root -> model(root)
                                .withArray("vocab")
                                .addArray()
                                .add("x")
                                .add("NaN")));
    }

    private static Stream<Case> ids() {
        return Stream.of(
                file(
                        "bert_base",
                        "id 5 is both",
                        root -> ((ObjectNode) model(root).path("vocab")).put("twice", 5)),
                file("bert_base", "got id -1", root -> ((ObjectNode) model(root).path("vocab")).put("negative", -1)),
                file(
                        "bert_base",
                        "got id 1.5",
                        root -> ((ObjectNode) model(root).path("vocab")).put("half", 1.5)),
                file(
                        "bert_base",
                        "got id 16777216, expected an integer from 0 to 16777215",
                        root -> ((ObjectNode) model(root).path("vocab")).put("far", 1 << 24)),
                file(
                        "bert_base",
                        "token \"[CLS]\": id 77 among the added tokens, 2 in the vocabulary",
                        root -> ((ObjectNode) root.path("added_tokens").path(2)).put("id", 77)),
                file(
                        "bert_base",
                        "added token \"new\": id 500, but the tokenizer library gives it 211",
                        root -> root.withArray("added_tokens")
                                .addObject()
                                .put("id", 500)
                                .put("content", "new")),
                file(
                        "bert_base",
                        "expected an object with id and content",
                        root -> root.withArray("added_tokens")
                                .addObject()
                                .put("id", 211)
                                .put("content", "")),
                part("added_tokens", "{}", "added_tokens: expected an array"));
    }

    private static Stream<Case> sizes() {
        return Stream.of(
                file(
                        "bert_base",
                        "has 20,000 characters, at most 10,000 are accepted",
                        root -> ((ObjectNode) model(root).path("vocab")).put("x".repeat(20_000), 211)),
                file(
                        "bert_base",
                        "normalizer.normalizers[0].normalizers[0]",
                        root -> root.set("normalizer", nested(60))));
    }

    /** Sequences in sequences, the innermost of an unknown type. */
    private static JsonNode nested(int depth) {
        ObjectNode node = JsonMapper.shared().createObjectNode().put("type", "Magic");
        for (int i = 0; i < depth; i++) {
            ObjectNode outer = JsonMapper.shared().createObjectNode().put("type", "Sequence");
            ArrayNode list = outer.putArray("normalizers");
            list.add(node);
            node = outer;
        }
        return node;
    }
}
