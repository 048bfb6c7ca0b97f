package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.encoder.Architectures;
import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.onnx.pass.fuse.Unfusion;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole models differentiated: what the exporter builds of every family, and files that others traced. */
class EncoderGradientsTest {

    private static final Path ROOT = Path.of("src/test/resources/golden/models");

    private static final Path TRACED = Path.of("src/test/resources/golden/training/bert_base");

    static List<Path> families() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(folder -> ModelConfig.read(folder.resolve("config.json"))
                            .modelType()
                            .filter(Architectures.modelTypes()::contains)
                            .isPresent())
                    .sorted()
                    .toList();
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("families")
    void gradients_ofEveryFamily_areTheCentralDifferences(Path folder) {
        ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
        CheckpointWeights weights = new CheckpointWeights(Checkpoint.open(folder));
        Model model = EncoderGraph.build(config, weights, BuildOptions.PORTABLE).model();
        assertThat(DirectionalDerivatives.check(model, inputs(model, folder))).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "model_dynamo", "model_ort_extended"})
    void gradients_ofTracedFile_areTheCentralDifferences(String variant) {
        Path folder = ROOT.resolve("bert_base");
        Model model = OnnxReader.read(TRACED.resolve(variant + ".onnx"));
        Pipeline.PREPARE.run(model);
        new Unfusion().fuse(model);
        assertThat(DirectionalDerivatives.check(model, inputs(model, folder))).isGreaterThan(30);
    }

    private static Map<String, TensorData> inputs(Model model, Path folder) {
        SafetensorsFile golden = SafetensorsFile.open(folder.resolve("golden.safetensors"));
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Value input : model.graph().inputs()) {
            inputs.put(input.name(), golden.tensor(input.name()));
        }
        return inputs;
    }
}
