package io.sinter.inference;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Shape;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Port;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of the outputs of an encoder's graph is used. Outputs are known by their rank: 3 for token vectors
 * {@code [B, S, d]}, 2 for sentence vectors {@code [B, d]}.
 * <ol>
 *   <li>With a pooling from the caller, token vectors are pooled: {@code last_hidden_state}, {@code token_embeddings} or
 *       the only output of rank 3.
 *   <li>Without, {@code sentence_embedding}, or {@code text_embeds} of a model of texts and pictures, if the graph has it,
 *       is taken as it is.
 *   <li>Else, the pooling that the files beside the model declare is applied as in 1.
 *   <li>Else, the only output, if its rank is 2, is taken as it is. A {@code pooler_output} beside token vectors never is:
 *       few models train it for sentences.
 * </ol>
 *
 * @param output the output that is asked for
 * @param pooling what is done with it, or nothing if it holds sentence vectors
 */
public record EncoderPorts(Port output, Optional<Pooling> pooling) {

    private static final List<String> VECTORS = List.of("sentence_embedding", "text_embeds");

    /**
     * Finds the ports of a graph.
     *
     * @param where the model, for messages
     * @param outputs what the graph can compute
     * @param chosen the caller's pooling
     * @param declared the pooling that the files beside the model declare
     */
    public static EncoderPorts of(
            String where, List<Port> outputs, Optional<Pooling> chosen, Optional<Pooling> declared) {
        List<Port> tokens = ofRank(outputs, 3);
        List<Port> sentences = ofRank(outputs, 2);
        Optional<Port> named = VECTORS.stream()
                .flatMap(name -> sentences.stream().filter(p -> p.name().equals(name)))
                .findFirst();
        if (chosen.isEmpty() && named.isPresent()) {
            return new EncoderPorts(named.get(), Optional.empty());
        }
        Optional<Pooling> pooling = chosen.or(() -> declared);
        if (pooling.isPresent()) {
            return new EncoderPorts(tokenVectors(where, outputs), pooling);
        }
        if (tokens.isEmpty() && sentences.size() == 1) {
            return new EncoderPorts(sentences.getFirst(), Optional.empty());
        }
        throw new MissingException(
                "%s: how token vectors become a sentence vector is not known: the graph's outputs: %s; give a pooling: cls, mean, max, last-token, weighted-mean or mean-sqrt-len"
                        .formatted(where, describe(outputs)));
    }

    /**
     * The output with logits.
     *
     * @param name what it should be called
     * @param rank 3 for logits of each token, 2 for those of each text
     * @throws UnsupportedException if there is none of that name and rank; lists those that there are
     */
    public static Port logits(String where, List<Port> outputs, String name, int rank) {
        return ofRank(outputs, rank).stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        "%s: no output \"%s\" %s; the graph's outputs: %s; is it a model with that head, such as one whose config.json names %s?"
                                .formatted(
                                        where,
                                        name,
                                        rank == 3 ? "[batch, sequence, vocabulary]" : "[batch, labels]",
                                        describe(outputs),
                                        rank == 3 ? "BertForMaskedLM" : "BertForSequenceClassification")));
    }

    /**
     * The output that is pooled.
     *
     * @throws UnsupportedException if there is none, or more than one without a usual name
     */
    static Port tokenVectors(String where, List<Port> outputs) {
        List<Port> tokens = ofRank(outputs, 3);
        for (String name : List.of("last_hidden_state", "token_embeddings")) {
            for (Port port : tokens) {
                if (port.name().equals(name)) {
                    return port;
                }
            }
        }
        if (tokens.size() != 1) {
            throw new UnsupportedException(
                    "%s: %d outputs have rank 3, so there are no clear token vectors to pool: %s%s"
                            .formatted(
                                    where,
                                    tokens.size(),
                                    describe(outputs),
                                    tokens.isEmpty() ? "; leave the pooling out if the graph pools by itself" : ""));
        }
        return tokens.getFirst();
    }

    /** The ports that hold floats of that rank. */
    static List<Port> ofRank(List<Port> ports, int rank) {
        return ports.stream()
                .filter(p -> {
                    Shape shape = p.type().shape();
                    return shape != null
                            && shape.rank() == rank
                            && p.type().dtype().isFloat();
                })
                .toList();
    }

    /** Ports with their types, for messages. */
    static String describe(List<Port> ports) {
        return ports.stream()
                .map(p -> "\"%s\" %s".formatted(p.name(), p.type()))
                .collect(Collectors.joining(", "));
    }
}
