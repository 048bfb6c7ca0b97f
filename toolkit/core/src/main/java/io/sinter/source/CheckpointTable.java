package io.sinter.source;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.safetensors.Checkpoint;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The tensor of a checkpoint that holds the token embeddings.
 *
 * @param key its name
 * @param tied names of other tensors that must stay equal to it: those with the same bytes, and the output projections
 *     that {@code tie_word_embeddings} ties
 */
public record CheckpointTable(String key, List<String> tied) {

    /** What the families call the table, with any prefix before it; of several, the first found here. */
    private static final List<String> TABLES = List.of(
            "embeddings.word_embeddings.weight",
            "embeddings.tok_embeddings.weight",
            "embeddings.token_embedding.weight",
            "shared.weight",
            "embed_tokens.weight",
            "wte.weight",
            "word_embedding.weight",
            "word_embeddings.weight");

    /** What the families call the weight of the output projection. */
    private static final List<String> HEADS = List.of(
            "cls.predictions.decoder.weight",
            "predictions.decoder.weight",
            "lm_head.weight",
            "lm_head.decoder.weight",
            "generator_lm_head.weight",
            "vocab_projector.weight",
            "vocab_transform.decoder.weight",
            "decoder.weight");

    /** Copies the list. */
    public CheckpointTable {
        tied = List.copyOf(tied);
    }

    /**
     * Finds the table by the names that model families give it, and checks it against {@code vocab_size}.
     *
     * @throws MissingException if no tensor has such a name
     * @throws UnsupportedException if several with different contents do
     * @throws MalformedException if its rows are not {@code vocab_size}
     */
    static CheckpointTable find(Checkpoint checkpoint, ModelConfig config) {
        List<String> found = TABLES.stream()
                .flatMap(suffix -> checkpoint.names().stream().filter(name -> endsWith(name, suffix)))
                .distinct()
                .toList();
        if (found.isEmpty()) {
            throw new MissingException(
                    "%s: no token-embedding table: looked for names that end in %s; say which it is with \"tensor: name\""
                            .formatted(checkpoint.path(), String.join(", ", TABLES)));
        }
        String key = found.getFirst();
        TensorData table = checkpoint.tensor(key);
        for (String other : found) {
            if (!checkpoint.tensor(other).contentEquals(table)) {
                throw new UnsupportedException(
                        "%s: several tensors could be the token-embedding table: %s; say which it is with \"tensor: name\""
                                .formatted(checkpoint.path(), describe(checkpoint, found)));
            }
        }
        return named(checkpoint, config, key);
    }

    /**
     * The tensor of that name as the table.
     *
     * @throws MissingException if there is none
     * @throws MalformedException if it is no matrix of floats, or its rows are not {@code vocab_size}
     */
    static CheckpointTable named(Checkpoint checkpoint, ModelConfig config, String key) {
        TensorData table = checkpoint.tensor(key);
        if (table.rank() != 2 || !table.dtype().isFloat()) {
            throw new MalformedException("%s: tensor \"%s\": got %s, expected floats [V, d]"
                    .formatted(checkpoint.path(), key, table.describe()));
        }
        long rows = config.vocabSize().orElse(table.dim(0));
        if (rows != table.dim(0)) {
            throw new MalformedException("%s: tensor \"%s\": got %s, but vocab_size in %s is %d"
                    .formatted(checkpoint.path(), key, table.describe(), config.file(), rows));
        }
        List<String> tied = checkpoint.names().stream()
                .filter(name -> !name.equals(key) && isTied(name, checkpoint.tensor(name), table, config))
                .toList();
        return new CheckpointTable(key, tied);
    }

    private static boolean isTied(String name, TensorData tensor, TensorData table, ModelConfig config) {
        return tensor.shape().equals(table.shape())
                && (tensor.contentEquals(table)
                        || (config.tieWordEmbeddings() && HEADS.stream().anyMatch(h -> endsWith(name, h))));
    }

    private static boolean endsWith(String name, String suffix) {
        return name.equals(suffix) || name.endsWith("." + suffix);
    }

    private static String describe(Checkpoint checkpoint, List<String> names) {
        return names.stream()
                .map(n -> "\"%s\" %s".formatted(n, checkpoint.tensor(n).describe()))
                .collect(Collectors.joining(", "));
    }
}
