package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.merge.TinyModels.Head;
import io.sinter.merge.TinyModels.Spec;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An output projection that is tied to the table scores tokens with the merged rows. */
class TiedHeadMergeTest {

    /** Wide enough for folding to leave its transpose to the runtime. */
    private static final TensorData A = TinyModels.table(1, TinyModels.ROWS, 24);

    private static final TensorData B = TinyModels.table(2, TinyModels.ROWS, 24);
    private static final String RECIPE =
            "models: [{name: a, model: a}, {name: b, model: b}]\nbody: a\ncombine: {method: average}\n";

    @TempDir
    Path temp;

    private static TensorData average() {
        float[] a = A.toFloatArray();
        float[] b = B.toFloatArray();
        float[] result = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (a[i] + b[i]) / 2;
        }
        return TensorData.of(A.shape(), result);
    }

    private Path merge(Spec body, String rest) {
        MergeFolder folder = new MergeFolder(temp);
        folder.model("a", encoder(body));
        folder.model("b", encoder(B));
        return folder.merge(RECIPE + rest, "out").resolve("model.onnx");
    }

    @ParameterizedTest
    @CsvSource({
        "SHARED_TRANSPOSED, bake, FLOAT, float32",
        "SHARED_TRANSPOSED, live, FLOAT, float32",
        "SHARED_TRANSPOSED, bake, FLOAT, float16",
        "SHARED_TRANSPOSED, live, FLOAT, float16",
        "SHARED_TRANSPOSED, bake, FLOAT16, float16",
        "SHARED_TRANSPOSED, live, FLOAT16, float16",
        "SHARED_TRANSPOSED, bake, FLOAT16, float32",
        "TRANSPOSED_COPY, bake, FLOAT, float32",
        "TRANSPOSED_COPY, live, FLOAT, float32",
        "TRANSPOSED_COPY, bake, FLOAT, float16",
        "TRANSPOSED_COPY, live, FLOAT, float16",
        "TRANSPOSED_COPY, bake, FLOAT16, float32",
        "TRANSPOSED_COPY, live, FLOAT16, float32"
    })
    void logits_areHiddenTimesTheMergedTable(Head head, String mode, DType stored, String dtype) {
        Spec body = Spec.of(Conversion.convert(A, stored)).with(head);

        Path merged = merge(body, "mode: " + mode + "\noutput: {dtype: " + dtype + "}");

        Outputs got = run(merged);
        Outputs expected = run(encoder(Spec.of(average()).with(head)));
        assertThat(got.names()).containsExactly("last_hidden_state", "logits");
        // Averages of multiples of 1/64 are exact in float16, so that the type changes nothing.
        got.assertAre(expected, 1e-6);
        assertThat(difference(got.get("logits"), run(encoder(body)).get("logits")))
                .as("not those of the body as it was")
                .isGreaterThan(0.1);
    }

    @Test
    void live_keepsTheTablesThatAreReadAndNoOther() {
        Path merged = merge(Spec.of(A).with(Head.SHARED_TRANSPOSED), "mode: live");

        List<TensorData> tables = OnnxReader.read(merged).graph().initializers().stream()
                .map(Value::constant)
                .filter(t -> t != null && t.shape().equals(A.shape()))
                .toList();
        assertThat(tables)
                .as("two sources to look up, the merged one for the head")
                .hasSize(3);
        assertThat(tables.stream()
                        .map(t -> List.of(
                                difference(t.toFloatArray(), A.toFloatArray()) == 0,
                                difference(t.toFloatArray(), B.toFloatArray()) == 0,
                                difference(t.toFloatArray(), average().toFloatArray()) < 1e-7)))
                .containsExactlyInAnyOrder(
                        List.of(true, false, false), List.of(false, true, false), List.of(false, false, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "float16"})
    void bake_ofASharedTable_storesItOnce(String dtype) {
        Path merged = merge(Spec.of(A).with(Head.SHARED_TRANSPOSED), "output: {dtype: " + dtype + "}");

        assertThat(OnnxReader.read(merged).graph().initializers())
                .filteredOn(v -> v.constant() != null && v.constant().shape().contains((long) TinyModels.ROWS))
                .hasSize(1);
    }
}
