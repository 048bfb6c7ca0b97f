package io.sinter.tokenizer;

import io.sinter.error.MissingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds a {@code tokenizer.json} from the files that models had before there was one: {@code vocab.txt}, or
 * {@code vocab.json} and {@code merges.txt}, with {@code tokenizer_config.json}, {@code special_tokens_map.json} and
 * {@code added_tokens.json} where they are. The result does what Hugging Face's class for the model does.
 */
final class TokenizerBuilder {

    private TokenizerBuilder() {}

    /**
     * A tokenizer that was built.
     *
     * @param json what its {@code tokenizer.json} holds
     * @param note from what it was built, for users
     */
    record Built(ObjectNode json, String note) {}

    /**
     * What a pipeline is made from.
     *
     * @param files configuration and merges
     * @param family which kind
     * @param units the vocabulary
     * @param special the special tokens by role
     * @param added the added tokens with their ids
     */
    record Inputs(
            TokenizerFiles files, TokenizerFamily family, Units units, SpecialTokens special, AddedVocabulary added) {

        /** Puts the tokens of these roles around texts; see {@link Components#template}. */
        ObjectNode template(String single, String pair, String... roles) {
            Map<String, String> tokens = new LinkedHashMap<>();
            for (String role : roles) {
                tokens.put(role, special.required(role));
            }
            return Components.template(single, pair, tokens, added);
        }

        /** The vocabulary as a model lists it. */
        ObjectNode vocabulary() {
            ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
            units.ids().forEach(vocabulary::put);
            return vocabulary;
        }
    }

    /**
     * What decides how a text is cut, beside the vocabulary.
     *
     * @param normalizer before; a null node for none
     * @param preTokenizer into words
     * @param model of the vocabulary: words to tokens
     * @param postProcessor adds special tokens
     * @param decoder tokens to text
     */
    record Pipeline(
            JsonNode normalizer, JsonNode preTokenizer, ObjectNode model, JsonNode postProcessor, JsonNode decoder) {}

    /** Builds from what is in a folder; nothing where no vocabulary is there from which one could be built. */
    static Optional<Built> build(Path folder) {
        TokenizerFiles files = TokenizerFiles.read(folder);
        List<VocabularyFormat> there = Arrays.stream(VocabularyFormat.values())
                .filter(f -> f.find(files).isPresent())
                .toList();
        boolean linesAlone = there.equals(List.of(VocabularyFormat.LINES)) && !TokenizerFamily.isStated(files);
        return there.isEmpty() || linesAlone
                ? Optional.empty()
                : Optional.of(build(files, TokenizerFamily.of(files), there));
    }

    private static Built build(TokenizerFiles files, TokenizerFamily family, List<VocabularyFormat> there) {
        VocabularyFormat format = family.formats().stream()
                .filter(there::contains)
                .findFirst()
                .orElseThrow(() -> new MissingException("%s: no tokenizer.json, and to build a %s's there must be %s"
                        .formatted(
                                files.folder(),
                                family.className(),
                                family.formats().stream()
                                        .map(VocabularyFormat::label)
                                        .collect(Collectors.joining(", or ")))));
        Units units = Units.read(files, family, format);
        Set<String> known = new HashSet<>(units.ids().keySet());
        known.addAll(AddedVocabulary.declared(files));
        SpecialTokens special = SpecialTokens.of(files, family, known::contains);
        AddedVocabulary added = AddedVocabulary.of(files, units, special);
        Inputs inputs = new Inputs(files, family, units, special, added);
        String note = "%s: no tokenizer.json, so it was built from %s as a %s's"
                .formatted(files.folder(), format.label(), family.className());
        return new Built(json(pipeline(inputs), added), note);
    }

    private static Pipeline pipeline(Inputs inputs) {
        return switch (inputs.units()) {
            case Units.Words words -> WordPieceTokenizers.pipeline(inputs);
            case Units.Merges merges -> BpeTokenizers.pipeline(inputs);
            case Units.Pieces pieces ->
                inputs.family() == TokenizerFamily.LLAMA
                        ? BpeTokenizers.pipeline(inputs)
                        : SentencePieceTokenizers.pipeline(inputs, pieces.model(), pieces.pieces());
        };
    }

    private static ObjectNode json(Pipeline pipeline, AddedVocabulary added) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        json.set("truncation", NullNode.getInstance());
        json.set("padding", NullNode.getInstance());
        json.set("added_tokens", added.json());
        json.set("normalizer", pipeline.normalizer);
        json.set("pre_tokenizer", pipeline.preTokenizer);
        json.set("post_processor", pipeline.postProcessor);
        json.set("decoder", pipeline.decoder);
        json.set("model", pipeline.model);
        return json;
    }
}
