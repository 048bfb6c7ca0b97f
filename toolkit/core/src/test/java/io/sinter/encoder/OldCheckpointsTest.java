package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as other versions of transformers wrote them, which give what the recorded ones give. */
class OldCheckpointsTest {

    @TempDir
    Path folder;

    @Test
    void norms_namedGammaAndBeta_areFound() {
        assertSame("deberta2_mlm", Map.of(), tensors -> {
            for (String name : List.copyOf(tensors.keySet())) {
                move(
                        tensors,
                        name,
                        name.replace("LayerNorm.weight", "LayerNorm.gamma")
                                .replace("LayerNorm.bias", "LayerNorm.beta"));
            }
        });
    }

    @Test
    void encoderOfT5_withATableOfItsOwn_usesIt() {
        assertSame(
                "t5_conditional", Map.of(), tensors -> move(tensors, "shared.weight", "encoder.embed_tokens.weight"));
        assertSame("t5_conditional", Map.of(), tensors -> {
            TensorData table = Objects.requireNonNull(tensors.get("shared.weight"));
            tensors.put("encoder.embed_tokens.weight", table);
            tensors.put("shared.weight", TensorData.allocate(table.dtype(), table.shape()));
        });
    }

    @Test
    void projection_thatAConfigurationCallsTiedAndTheCheckpointDoesNot_isUsed() {
        assertSame("data2vec_untied", Map.of("tie_word_embeddings", true), tensors -> {});
        assertSame("distilbert_untied", Map.of("tie_word_embeddings", true), tensors -> {});
    }

    @Test
    void projection_thatIsStoredTwice_isTied() {
        assertSame("albert_groups_mlm", Map.of(), tensors -> {
            tensors.put("predictions.decoder.weight", get(tensors, "albert.embeddings.word_embeddings.weight"));
            move(tensors, "predictions.bias", "predictions.decoder.bias");
        });
    }

    @Test
    void modelWithoutItsPrefix_isFound() {
        assertSame("camembert_mlm", Map.of("architectures", List.of("CamembertModel")), tensors -> {
            for (String name : List.copyOf(tensors.keySet())) {
                move(tensors, name, name.replaceFirst("^roberta\\.", ""));
            }
        });
    }

    @Test
    void headOfDebertaV3_withoutTheKeyThatNamesIt_isFound() {
        assertSame("deberta2_mlm_new", Map.of("legacy", Missing.KEY), tensors -> {});
    }

    @Test
    void sinusoidalPlaces_leftOutOfACheckpoint_areComputed() {
        GoldenModel golden = golden("distilbert_cls");
        String name = "distilbert.embeddings.position_embeddings.weight";
        TensorData expected = sines(40, 24);
        Map<String, TensorData> with = logits(golden, Map.of(), tensors -> tensors.put(name, expected));
        Map<String, TensorData> without = logits(golden, Map.of(), tensors -> tensors.remove(name));
        assertThat(values(without)).containsExactly(values(with), within(1e-5f));
    }

    private static TensorData sines(int places, int width) {
        float[] table = new float[places * width];
        for (int i = 0; i < table.length; i++) {
            int place = i / width;
            int column = i % width;
            int even = column - column % 2;
            double angle = place / Math.pow(10_000, (double) even / width);
            table[i] = (float) (column % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
        }
        return TensorData.of(List.of((long) places, (long) width), table);
    }

    private enum Missing {
        KEY
    }

    private void assertSame(String model, Map<String, Object> keys, Consumer<Map<String, TensorData>> change) {
        GoldenModel golden = golden(model);
        logits(golden, keys, change)
                .forEach((name, computed) -> assertThat(atTokens(golden, computed))
                        .as("%s of %s", name, model)
                        .containsExactly(atTokens(golden, golden.golden().tensor(name)), within(1e-4f)));
    }

    /** Outputs that were recorded, as computed after a change to configuration and checkpoint. */
    private Map<String, TensorData> logits(
            GoldenModel golden, Map<String, Object> keys, Consumer<Map<String, TensorData>> change) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        Checkpoint checkpoint = Checkpoint.open(golden.folder());
        checkpoint.names().forEach(name -> tensors.put(name, checkpoint.tensor(name)));
        change.accept(tensors);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
        CheckpointWeights weights = new CheckpointWeights(Checkpoint.open(folder));
        EncoderGraph graph = EncoderGraph.build(config(golden, keys), weights, BuildOptions.PORTABLE);
        SafetensorsFile recorded = golden.golden();
        try (Session session = new OrtRuntime().open(graph.model(), SessionOptions.DEFAULT)) {
            Map<String, TensorData> inputs = new LinkedHashMap<>();
            for (Port port : session.inputs()) {
                inputs.put(port.name(), recorded.tensor(port.name()));
            }
            List<String> outputs = session.outputs().stream()
                    .map(Port::name)
                    .filter(recorded.names()::contains)
                    .toList();
            return session.run(inputs, outputs);
        }
    }

    private ModelConfig config(GoldenModel golden, Map<String, Object> changed) {
        Map<String, Object> keys = new LinkedHashMap<>();
        golden.config().json().properties().forEach(e -> keys.put(e.getKey(), e.getValue()));
        keys.putAll(changed);
        keys.values().removeIf(value -> value == Missing.KEY);
        return OddConfiguration.write(keys, folder);
    }

    /** Padded places' vectors are nobody's. */
    private static float[] atTokens(GoldenModel golden, TensorData output) {
        float[] values = output.toFloatArray();
        long[] mask = golden.golden().tensor("attention_mask").toLongArray();
        int each = output.rank() == 3 ? values.length / mask.length : values.length;
        for (int i = 0; i < values.length; i++) {
            values[i] = output.rank() < 3 || mask[i / each] == 1 ? values[i] : 0;
        }
        return values;
    }

    private static float[] values(Map<String, TensorData> outputs) {
        return Objects.requireNonNull(outputs.get("logits")).toFloatArray();
    }

    private static void move(Map<String, TensorData> tensors, String from, String to) {
        tensors.put(to, Objects.requireNonNull(tensors.remove(from)));
    }

    private static TensorData get(Map<String, TensorData> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    private static GoldenModel golden(String model) {
        return GoldenModel.odd().stream()
                .filter(g -> g.toString().equals(model))
                .findFirst()
                .orElseThrow();
    }
}
