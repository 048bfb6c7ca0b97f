package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.json.StrictJson;
import io.sinter.runtime.OrtRuntime;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Directories of sentence-transformers without a graph: tokenizer, exported graph, pooling, projections, scaling. */
class CheckpointEmbedderTest {

    private static final Path ROOT = Path.of("src/test/resources/golden/models");

    @ParameterizedTest
    @ValueSource(strings = {"bert_st_mean", "xlmr_st_cls_dense", "qwen3_left_st"})
    void embed_ofASentenceTransformersDirectory_givesItsVectors(String name) {
        Path folder = ROOT.resolve(name);
        List<String> texts = StrictJson.object(folder.resolve("st_golden.json"), 1 << 20)
                .path("texts")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
        TensorData expected =
                SafetensorsFile.open(folder.resolve("st_golden.safetensors")).tensor("sentence_embedding");
        try (Embedder embedder = Embedder.open(new OrtRuntime(), ModelSource.open(folder), EmbedderOptions.DEFAULT)) {
            TensorData vectors = embedder.embed(texts);
            assertThat(vectors.shape()).isEqualTo(expected.shape());
            float[] a = vectors.toFloatArray();
            float[] b = expected.toFloatArray();
            for (int i = 0; i < a.length; i++) {
                assertThat(a[i]).isCloseTo(b[i], within(1e-4f));
            }
        }
    }
}
