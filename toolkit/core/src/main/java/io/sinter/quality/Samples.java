package io.sinter.quality;

import io.sinter.inference.TextInputs;
import io.sinter.runtime.Port;
import io.sinter.source.Companions;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What two graphs are compared with.
 *
 * @param origin where it is from, for reports
 * @param batches inputs by name, one map a run
 */
public record Samples(String origin, List<Map<String, TensorData>> batches) {

    /** Tokens of a text that are enough to compare on. */
    public static final int MAX_TOKENS = 128;

    /** The seed of random inputs. */
    public static final long SEED = 20_261_123;

    /** Copies the lists. */
    public Samples {
        batches = batches.stream().map(Map::copyOf).toList();
    }

    /**
     * Inputs for a graph: the texts, where the model has a tokenizer and reads token ids; random numbers else, and for
     * images. The origin says which.
     *
     * @param ports what the graph reads
     * @param companions the files beside it
     * @param texts to be tokenised
     * @param maxTokens where texts are cut
     * @param random what random token ids are like
     */
    public static Samples of(
            List<Port> ports, Companions companions, SampleTexts texts, int maxTokens, RandomInputs random) {
        List<Port> integers =
                ports.stream().filter(port -> !RandomInputs.isImage(port)).toList();
        Optional<TokenizerJson> json = integers.isEmpty() ? Optional.empty() : companions.findTokenizer();
        if (json.isEmpty()) {
            String what = integers.isEmpty()
                    ? "random images"
                    : "random token ids, as the model has no tokenizer, below %,d".formatted(random.rows());
            return new Samples("%s, seed %d".formatted(what, random.seed()), List.of(random.of(ports)));
        }
        try (Tokenizer tokenizer = Tokenizer.open(json.get(), maxTokens)) {
            SplittableRandom noise = new SplittableRandom(random.seed());
            List<Map<String, TensorData>> batches = new ArrayList<>();
            for (Map<String, TensorData> batch : TextInputs.of(integers, tokenizer, companions, texts.texts())) {
                Map<String, TensorData> inputs = new LinkedHashMap<>(batch);
                long size = batch.values().iterator().next().dim(0);
                ports.stream()
                        .filter(RandomInputs::isImage)
                        .forEach(port -> inputs.put(port.name(), random.image(port, size, noise)));
                batches.add(inputs);
            }
            return new Samples("%d %s".formatted(texts.texts().size(), texts.origin()), batches);
        }
    }
}
