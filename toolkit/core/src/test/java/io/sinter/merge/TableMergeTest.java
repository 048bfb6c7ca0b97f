package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.floats;
import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.MergeFolder.table;
import static io.sinter.merge.TinyModels.encoder;
import static io.sinter.merge.TinyModels.float16;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.merge.TinyModels.Spec;
import io.sinter.merge.TinyModels.Words;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Value;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.StaticEmbedding;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.StoredTable;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables merged into a graph: rows by the formula, and outputs as if the encoder had been made with those rows. */
class TableMergeTest {

    private static final TensorData A = TinyModels.table(1);
    private static final TensorData B = TinyModels.table(2);
    private static final TensorData C = TinyModels.table(3);
    private static final String TWO = "models: [{name: a, model: a}, {name: b, model: b}]\nbody: a\n";
    private static final String THREE =
            "models: [{name: a, model: a}, {name: b, model: b}, {name: c, model: c}]\nbody: a\n";

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("a", encoder(A));
        folder.model("b", encoder(B));
        folder.model("c", encoder(C));
    }

    /** wa·a + wb·b + wc·c, row by row. */
    private static TensorData sum(double wa, double wb, double wc) {
        float[] a = A.toFloatArray();
        float[] b = B.toFloatArray();
        float[] c = C.toFloatArray();
        float[] result = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = (float) (wa * a[i] + wb * b[i] + wc * c[i]);
        }
        return TensorData.of(A.shape(), result);
    }

    private Path merge(String models, String mode, String rest) {
        return folder.merge(models + "mode: " + mode + "\n" + rest, "out-" + mode)
                .resolve("model.onnx");
    }

    private static void assertOutputs(Path model, TensorData expected, double tolerance) {
        run(model).assertAre(run(encoder(expected)), tolerance);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {method: average}                                             | 0.3333333333 | 0.3333333333 | 0.3333333333
            {method: weighted-sum, weights: [0.5, 0.2, -0.4]}             | 0.5          | 0.2          | -0.4
            {method: weighted-sum, weights: [3, 1, 1], normalize: true}   | 0.6          | 0.2          | 0.2
            {method: linear, init: average}                               | 0.3333333333 | 0.3333333333 | 0.3333333333
            {method: mlp, init: average}                                  | 0.3333333333 | 0.3333333333 | 0.3333333333
            {method: mlp, hidden: 21, init: average}                      | 0.3333333333 | 0.3333333333 | 0.3333333333
            {method: attention, heads: 2, init: average}                  | 0.3333333333 | 0.3333333333 | 0.3333333333
            """)
    void threeTables_bakedAndLive_giveTheFormulasRows(String combine, double wa, double wb, double wc) {
        TensorData expected = sum(wa, wb, wc);

        Path baked = merge(THREE, "bake", "combine: " + combine);
        Path live = merge(THREE, "live", "combine: " + combine);

        assertThat(difference(floats(table(baked).data()), floats(expected))).isLessThan(1e-6);
        assertOutputs(baked, expected, 1e-6);
        run(live).assertAre(run(baked), 1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void linear_withItsParametersInAFile_isTheMatrixProduct(String mode) {
        TensorData weight = TinyModels.table(7, 8, 16);
        TensorData bias = TinyModels.table(8, 1, 8).reshape(List.of(8L));
        SafetensorsWriter.write(
                temp.resolve("linear.safetensors"), Map.of("net.weight", weight, "net.bias", bias), Map.of());

        Path merged =
                merge(TWO, mode, "combine: {method: linear, parameters: {file: linear.safetensors, prefix: net.}}");

        assertOutputs(merged, product(weight.toFloatArray(), bias.toFloatArray()), 1e-6);
    }

    private static TensorData product(float[] weight, float[] bias) {
        float[] a = A.toFloatArray();
        float[] b = B.toFloatArray();
        float[] result = new float[a.length];
        for (int r = 0; r < a.length; r += 8) {
            for (int o = 0; o < 8; o++) {
                double sum = bias[o];
                for (int i = 0; i < 8; i++) {
                    sum += (double) weight[o * 16 + i] * a[r + i] + (double) weight[o * 16 + 8 + i] * b[r + i];
                }
                result[r + o] = (float) sum;
            }
        }
        return TensorData.of(A.shape(), result);
    }

    @Test
    void normalizedSources_areCombinedAtLengthOne() {
        Path merged = merge(TWO, "bake", "combine: {method: average, normalize_sources: true}");

        float[] got = floats(table(merged).data());
        for (int r = 0; r < TinyModels.ROWS; r++) {
            double lengthA = length(A, r);
            double lengthB = length(B, r);
            for (int i = 8 * r; i < 8 * r + 8; i++) {
                double expected = (A.toFloatArray()[i] / lengthA + B.toFloatArray()[i] / lengthB) / 2;
                assertThat((double) got[i]).isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-6));
            }
        }
    }

    private static double length(TensorData table, int row) {
        double squares = 0;
        for (float value : table.rows(row, row + 1).toFloatArray()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    @ParameterizedTest
    @CsvSource({"bake, FLOAT16, FLOAT", "live, FLOAT16, FLOAT", "bake, FLOAT, BFLOAT16", "live, FLOAT, BFLOAT16"})
    void sources_ofSeveralTypes_areMergedInFloat32(String mode, DType first, DType second) {
        folder.model("a", encoder(Conversion.convert(A, first)));
        SafetensorsWriter.write(temp.resolve("b.safetensors"), Map.of("t", Conversion.convert(B, second)), Map.of());

        Path merged = merge(
                "models: [{name: a, model: a}, {name: b, model: b.safetensors}]\nbody: a\n",
                mode,
                "combine: {method: average}");

        // Halves of multiples of 1/64 below 2 are exact in float16 too.
        assertOutputs(merged, sum(0.5, 0.5, 0), 1e-6);
        if (mode.equals("bake")) {
            assertThat(table(merged).data().dtype()).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource({"float16, FLOAT16, 1e-3", "bfloat16, BFLOAT16, 1e-2", "float32, FLOAT, 1e-6"})
    void outputDtype_storesTheTableInItAndKeepsTheOutputs(String dtype, DType stored, double tolerance) {
        String rest = "combine: {method: weighted-sum, weights: [0.7, 0.3]}\noutput: {dtype: " + dtype + "}";
        Path baked = merge(TWO, "bake", rest);
        Path live = merge(TWO, "live", rest);

        assertThat(table(baked).data().dtype()).isEqualTo(stored);
        assertThat(MergeFolder.outputTypes(baked)).containsOnly(DType.FLOAT);
        assertOutputs(baked, sum(0.7, 0.3, 0), tolerance);
        run(live).assertAre(run(baked), tolerance);
    }

    @ParameterizedTest
    @EnumSource(Words.class)
    void everyKindOfLookup_bakedAndLive_readsTheMergedRows(Words words) {
        folder.model("a", encoder(Spec.of(A).with(words)));

        Path baked = merge(TWO, "bake", "combine: {method: average}");
        Path live = merge(TWO, "live", "combine: {method: average}");

        assertOutputs(baked, sum(0.5, 0.5, 0), 1e-6);
        assertThat(table(baked).stored()).isInstanceOf(StoredTable.Plain.class);
        assertOutputs(live, sum(0.5, 0.5, 0), 1e-6);
        assertThat(tables(live))
                .as("live: two source tables, and no merged or quantised one")
                .hasSize(2);
        assertThat(tables(baked)).as("baked: one table").hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"INITIALIZER", "CONSTANT_NODE", "TABLE_THROUGH_IDENTITY"},
            value = Words.class)
    void everyKindOfLookup_ofFloat16_readsTheMergedRows(Words words) {
        folder.model("a", encoder(Spec.of(float16(A)).with(words)));
        String wide = "combine: {method: average}\noutput: {dtype: float32}";

        assertOutputs(merge(TWO, "bake", "combine: {method: average}"), sum(0.5, 0.5, 0), 1e-6);
        assertOutputs(merge(TWO, "live", "combine: {method: average}"), sum(0.5, 0.5, 0), 1e-6);
        Path widened = merge(TWO, "bake", wide);
        assertOutputs(widened, sum(0.5, 0.5, 0), 1e-6);
        assertThat(table(widened).data().dtype()).isEqualTo(DType.FLOAT);
    }

    /** Constants with a row for each token. */
    private static List<String> tables(Path model) {
        Graph graph = OnnxReader.read(model).graph();
        Stream<TensorData> initializers = graph.initializers().stream().map(Value::constant);
        Stream<TensorData> constants = graph.nodes().stream()
                .filter(n -> n.attribute("value") instanceof Attribute.Tensor)
                .map(n -> ((Attribute.Tensor) n.attribute("value")).value());
        return Stream.concat(initializers, constants)
                .filter(t -> t != null && t.shape().contains((long) TinyModels.ROWS))
                .map(TensorData::describe)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"bake, FLOAT, float16", "live, FLOAT, float16", "live, FLOAT, float32", "bake, FLOAT16, float32"})
    void lookedUpVectors_thatTheGraphGivesOut_areTheMergedOnes(String mode, DType stored, String dtype) {
        // A static embedding model gives out what it looks up.
        TensorData table = Conversion.convert(A, stored);
        folder.model("a", StaticEmbedding.of(table, Pooling.MEAN, Normalization.UNIT_LENGTH));

        Path merged = merge(TWO, mode, "combine: {method: average}\noutput: {dtype: " + dtype + "}");

        run(merged).assertAre(run(StaticEmbedding.of(sum(0.5, 0.5, 0), Pooling.MEAN, Normalization.UNIT_LENGTH)), 1e-6);
        assertThat(MergeFolder.outputTypes(merged)).containsOnly(DType.FLOAT);
        assertThat(tables(merged)).hasSize(mode.equals("bake") ? 1 : 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void graphOfOpset11_isRaisedOnlyWhereNodesAreAdded(String mode) {
        folder.model("a", encoder(Spec.of(A).withOpset(11)));

        Path merged = merge(TWO, mode, "combine: {method: average}");

        assertThat(OnnxReader.read(merged).opset()).isEqualTo(mode.equals("bake") ? 11 : 17);
        run(merged).assertAre(run(encoder(Spec.of(sum(0.5, 0.5, 0)).withOpset(11))), 1e-6);
    }

    @Test
    void externalData_isWrittenBesideTheGraphAndReadAgain() {
        Path merged = merge(TWO, "bake", "combine: {method: average}\noutput: {external_data: true}");

        assertThat(merged.resolveSibling("model.onnx.data")).exists();
        assertThat(merged.resolveSibling("README.md")).content().contains("both belong together");
        assertOutputs(merged, sum(0.5, 0.5, 0), 1e-6);
    }
}
