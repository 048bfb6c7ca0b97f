package io.sinter.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real exports: the same models through two exporters, in fp16, int8, with fused operators, with external data. */
class GoldenGraphsTest {

    private static final Path GOLDEN = Path.of("../../onnx-graphs/src/test/resources/io/sinter/onnx/io");
    private static final String WORDS = "m.embeddings.word_embeddings.weight";

    @ParameterizedTest
    @CsvSource(textBlock = """
            bert_base,    model,              211, 36, exact
            bert_base,    model_dynamo,       211, 36, exact
            bert_base,    model_external,     211, 36, exact
            bert_base,    model_fp16,         211, 36, 1e-3
            bert_base,    model_int8,         211, 36, half a step
            bert_base,    model_ort_extended, 211, 36, exact
            bert_base,    model_ort_fused,    211, 36, exact
            roberta_base, model,              300, 36, exact
            roberta_base, model_dynamo,       300, 36, exact
            roberta_base, model_external,     300, 36, exact
            roberta_base, model_fp16,         300, 36, 1e-3
            roberta_base, model_int8,         300, 36, half a step
            roberta_base, model_ort_extended, 300, 36, exact
            roberta_base, model_ort_fused,    300, 36, exact
            albert_base,  model,              230, 16, exact
            albert_base,  model_dynamo,       230, 16, exact
            albert_base,  model_external,     230, 16, exact
            albert_base,  model_fp16,         230, 16, 1e-3
            albert_base,  model_int8,         230, 16, half a step
            albert_base,  model_ort_extended, 230, 16, exact
            albert_base,  model_ort_fused,    230, 16, exact
            """)
    void everyExport_hasTheTableOfThePlainOne(String family, String variant, long rows, long width, String within) {
        EmbeddingTable table = find(GOLDEN.resolve(family).resolve(variant + ".onnx"));

        assertThat(table.inputIds().name()).isEqualTo("input_ids");
        assertThat(List.of(table.rows(), table.width())).containsExactly(rows, width);
        assertThat(table.lookups()).hasSize(1);
        assertThat(table.lookups().getFirst().vectors()).isPresent();
        assertThat(table.others())
                .as("positions and token types are no candidates")
                .hasSize(2)
                .noneMatch(o -> o.index().equals(new IndexSource.Input(table.inputIds())));
        float[] expected = plain(family).toFloatArray();
        float[] got = floats(table.data());
        float tolerance = switch (within) {
            case "exact" -> 0;
            case "half a step" -> 0.501f * scale(table.stored());
            default -> Float.parseFloat(within);
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat(got[i]).isCloseTo(expected[i], within(tolerance));
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "bge-small-en-v1.5, 30522, 384",
        "e5-small-v2, 30522, 384",
        "all-MiniLM-L6-v2, 30522, 384",
        "bge-small-zh-v1.5, 21128, 512"
    })
    void realModel_hasItsWordTable(String model, long rows, long width) {
        Path file = Path.of(System.getProperty("sinter.cache"), "models", model, "model.onnx");
        EmbeddingTable table = find(file);

        assertThat(table.stored().weight().name()).isEqualTo("embeddings.word_embeddings.weight");
        assertThat(List.of(table.rows(), table.width())).containsExactly(rows, width);
        assertThat(table.others()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(TiedProjections.find(OnnxReader.read(file).graph(), table)).isEmpty();
    }

    private static float scale(StoredTable stored) {
        return ((StoredTable.Quantized) stored).quantization().scales().toFloatArray()[0];
    }

    private static EmbeddingTable find(Path file) {
        return EmbeddingTableFinder.find(file.toString(), OnnxReader.read(file).graph());
    }

    private static TensorData plain(String family) {
        Model model = OnnxReader.read(GOLDEN.resolve(family).resolve("model.onnx"));
        return Constants.elements(model.graph().value(WORDS)).orElseThrow();
    }

    private static float[] floats(TensorData data) {
        if (data.dtype() == DType.FLOAT) {
            return data.toFloatArray();
        }
        short[] bits = data.data().toArray(TensorData.I16);
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.float16ToFloat(bits[i]);
        }
        return values;
    }
}
