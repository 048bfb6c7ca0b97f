package io.sinter.inference;

import io.sinter.runtime.Port;
import io.sinter.source.Companions;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Texts as a graph reads them. */
public final class TextInputs {

    private static final int BATCH_TOKENS = 1024;

    private TextInputs() {}

    /**
     * Batches of texts of like lengths, padded on the right: a tensor for each of the graph's inputs, by name.
     *
     * @param ports what the graph reads: token ids, and possibly mask, types and positions
     * @param companions the files beside the graph
     * @throws io.sinter.error.UnsupportedException if it reads something else
     */
    public static List<Map<String, TensorData>> of(
            List<Port> ports, Tokenizer tokenizer, Companions companions, List<String> texts) {
        return batches(ports, tokenizer, companions, texts).stream()
                .map(Batch::inputs)
                .toList();
    }

    /**
     * Texts that run together.
     *
     * @param inputs a tensor for each of the graph's inputs, by name
     * @param mask int64 {@code [B, S]}: 1 for tokens, 0 for padding, whether the graph reads it or not
     */
    public record Batch(Map<String, TensorData> inputs, TensorData mask) {}

    /** The same, with masks. */
    public static List<Batch> batches(
            List<Port> ports, Tokenizer tokenizer, Companions companions, List<String> texts) {
        try (TokenInputs inputs = TokenInputs.of("the graph", ports, tokenizer, companions)) {
            List<String> prompted = texts.stream().map(inputs::prompted).toList();
            return inputs.cut(tokenizer.encode(prompted), BATCH_TOKENS).stream()
                    .map(batch -> new Batch(inputs.of(batch), batch.mask()))
                    .toList();
        }
    }

    /**
     * A model's tokenizer, which cuts texts to what the model reads.
     *
     * @throws io.sinter.error.MissingException if it has none
     */
    public static Tokenizer tokenizer(Companions companions) {
        return Tokenizer.open(companions.tokenizer(), TextSettings.maxTokens(companions, OptionalInt.empty()));
    }
}
