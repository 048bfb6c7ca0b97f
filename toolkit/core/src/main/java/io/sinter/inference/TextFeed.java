package io.sinter.inference;

import io.sinter.error.UnsupportedException;
import io.sinter.runtime.Port;
import io.sinter.source.Companions;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How texts become what a graph reads, for whoever runs the graph by himself: training. Graphs that read a text by several
 * tokenizers or behind several prompts get all of these. May be used by several threads.
 */
public final class TextFeed implements AutoCloseable {

    private final String where;
    private final Tokenizer tokenizer;
    private final TokenInputs inputs;

    private TextFeed(String where, Tokenizer tokenizer, TokenInputs inputs) {
        this.where = where;
        this.tokenizer = tokenizer;
        this.inputs = inputs;
    }

    /**
     * The texts of a graph.
     *
     * @param where the model, for messages
     * @param ports inputs of the graph
     * @param companions the tokenizer, and what else is beside the model
     * @param maxTokens tokens kept of a text, special tokens included; where not given, as {@link TextSettings#maxTokens} says
     * @throws io.sinter.error.MissingException if there is no tokenizer
     * @throws io.sinter.error.UnsupportedException if the graph is no text encoder's
     */
    public static TextFeed open(String where, List<Port> ports, Companions companions, OptionalInt maxTokens) {
        Tokenizer tokenizer = Tokenizer.open(companions.tokenizer(), TextSettings.maxTokens(companions, maxTokens));
        try {
            return new TextFeed(where, tokenizer, TokenInputs.of(where, ports, tokenizer, companions));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** The tokenizer; of several, the first. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Tokens of texts, special tokens included, cut at the length; behind the prompt that the model has, if it has one. */
    public List<Encoding> encode(List<String> texts) {
        return tokenizer.encode(texts.stream().map(inputs::prompted).toList());
    }

    /**
     * Tokens of pairs of texts, with the special tokens around and between them.
     *
     * @throws UnsupportedException if several tokenizers read the texts
     */
    public List<Encoding> encodePairs(List<String> first, List<String> second) {
        if (inputs.readsTexts()) {
            throw new UnsupportedException(
                    where + ": a graph that reads texts in several ways cannot be given two texts as one");
        }
        return tokenizer.encodePairs(first, second);
    }

    /** A text with another token in a place; where other tokenizers read the text too, in the text as well. */
    public Encoding withToken(Encoding read, int position, int id) {
        return inputs.withToken(read, position, id);
    }

    /** What inputs are made of alone: without the words, where no other tokenizer reads them. For texts by the million. */
    public Encoding withoutText(Encoding read) {
        return inputs.readsTexts() ? read : new Encoding(read.ids(), read.typeIds(), List.of(), Optional.empty());
    }

    /**
     * What the graph reads of texts: each row one text, in order, padded to the longest of them.
     *
     * @return a tensor for each input of the graph, by name
     */
    public Map<String, TensorData> inputs(List<Encoding> texts) {
        return inputs.of(inputs.together(texts));
    }

    @Override
    public void close() {
        tokenizer.close();
        inputs.close();
    }
}
