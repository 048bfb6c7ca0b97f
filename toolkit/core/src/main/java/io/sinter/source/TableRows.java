package io.sinter.source;

import io.sinter.error.IncompatibleException;
import io.sinter.error.SinterException;
import io.sinter.onnx.ir.Model;
import io.sinter.tokenizer.Vocabulary;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Holds a tokenizer to a model's table when the model is opened: an id that is no row would be found only by the lookup of
 * the text that has the token.
 */
public final class TableRows {

    private TableRows() {}

    /** Rows of a model's table; nothing where none is found, and then only the lookup itself can tell. */
    public static OptionalLong of(ModelSource source) {
        try {
            return OptionalLong.of(
                    switch (source) {
                        case GraphSource graph ->
                            graph.embeddingTable(graph.readModel()).rows();
                        case CheckpointSource checkpoint -> checkpoint.table().rows();
                        case TensorSource tensor -> tensor.table().rows();
                        case WordVectorsSource words -> words.table().rows();
                    });
        } catch (SinterException e) {
            return OptionalLong.empty();
        }
    }

    /** Rows of the table of a graph that was read; nothing where none is found. */
    public static OptionalLong of(GraphSource source, Model model) {
        try {
            return OptionalLong.of(source.embeddingTable(model).rows());
        } catch (SinterException e) {
            return OptionalLong.empty();
        }
    }

    /** What is wrong if a tokenizer has ids that are no rows. */
    public static Optional<String> problem(OptionalLong rows, Vocabulary vocabulary) {
        if (rows.isEmpty() || vocabulary.rowsNeeded() <= rows.getAsLong()) {
            return Optional.empty();
        }
        return Optional.of(
                "its tokenizer has ids up to %d, but its table has %d rows; is it the tokenizer of another model?"
                        .formatted(vocabulary.rowsNeeded() - 1, rows.getAsLong()));
    }

    /**
     * Holds a tokenizer to a model's table.
     *
     * @throws IncompatibleException if an id is no row
     */
    public static void require(ModelSource source, Vocabulary vocabulary) {
        problem(of(source), vocabulary).ifPresent(problem -> {
            throw new IncompatibleException(source.path() + ": " + problem);
        });
    }
}
