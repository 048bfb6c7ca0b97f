package io.sinter.source;

import io.sinter.json.StrictJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A model's {@code config.json}: what a merge asks of it, and the rest as it is.
 *
 * <p>Families name the same thing differently ({@code hidden_size}, {@code d_model}, {@code n_embd}, {@code dim}), and
 * those with two towers hold the text's part in {@code text_config}; both are looked through here.
 */
public final class ModelConfig {

    private static final long MAX_BYTES = 16L << 20;

    /** Model types that number positions from behind the padding token's id. */
    private static final Set<String> RESERVING = Set.of(
            "roberta",
            "roberta-prelayernorm",
            "xlm-roberta",
            "xlm-roberta-xl",
            "camembert",
            "longformer",
            "mpnet",
            "data2vec-text");

    private final Path file;
    private final JsonNode root;

    private ModelConfig(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @throws io.sinter.error.MissingException if there is none
     * @throws io.sinter.error.MalformedException if it is no JSON object
     */
    public static ModelConfig read(Path file) {
        return new ModelConfig(file, StrictJson.object(file, MAX_BYTES));
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** Everything in it; not to be changed. */
    public JsonNode json() {
        return root;
    }

    /** {@code model_type}, such as {@code bert}. */
    public Optional<String> modelType() {
        return text("model_type");
    }

    /** {@code architectures}, such as {@code BertModel}; empty where it says none. */
    public List<String> architectures() {
        return root.path("architectures")
                .valueStream()
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .toList();
    }

    /** Width of the encoder's vectors. */
    public OptionalLong hiddenSize() {
        return integer("hidden_size", "d_model", "n_embd", "dim");
    }

    /** Rows of the token-embedding table. */
    public OptionalLong vocabSize() {
        return integer("vocab_size");
    }

    /** The id that fills rows of a batch. */
    public OptionalLong padTokenId() {
        return integer("pad_token_id");
    }

    /** Tokens that the model has positions for, special tokens included; RoBERTa's two reserved ones count too. */
    public OptionalLong maxPositionEmbeddings() {
        return integer("max_position_embeddings", "n_positions");
    }

    /**
     * Tokens that a text may have, special tokens included: the positions, less those that RoBERTa and its kin reserve up
     * to that of padding.
     */
    public OptionalLong maxTokens() {
        OptionalLong positions = maxPositionEmbeddings();
        boolean reserved = modelType().filter(RESERVING::contains).isPresent();
        return reserved && positions.isPresent()
                ? OptionalLong.of(positions.getAsLong() - padTokenId().orElse(1) - 1)
                : positions;
    }

    /** Whether output projections share the token-embedding table; true where it does not say, as in transformers. */
    public boolean tieWordEmbeddings() {
        return root.path("tie_word_embeddings").asBoolean(true);
    }

    private Optional<String> text(String key) {
        JsonNode node = root.path(key);
        return node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
    }

    private OptionalLong integer(String... keys) {
        for (JsonNode part : List.of(root, root.path("text_config"))) {
            for (String key : keys) {
                JsonNode node = part.path(key);
                if (node.isIntegralNumber() && node.canConvertToLong()) {
                    return OptionalLong.of(node.longValue());
                }
            }
        }
        return OptionalLong.empty();
    }
}
