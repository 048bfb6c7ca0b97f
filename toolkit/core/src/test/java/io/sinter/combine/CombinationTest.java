package io.sinter.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CombinationTest {

    @Test
    void outputWidth_mapsCombinerAndReduction_isTheLast() {
        Combination padded = Combination.of(new Concatenation())
                .withMaps(List.of(new WidthMap.ZeroPad(15), new WidthMap.Projection(8)));
        assertThat(padded.outputWidth(List.of(12L, 20L))).isEqualTo(23);
        assertThat(padded.withReduction(new Reduction.Pca(5)).outputWidth(List.of(12L, 20L)))
                .isEqualTo(5);
        assertThat(Combination.of(new Linear(null)).outputWidth(List.of(12L, 20L)))
                .isEqualTo(12);
        assertThat(Combination.of(new Mlp(4L, 7L)).outputWidth(List.of(12L, 20L)))
                .isEqualTo(7);
    }

    @Test
    void parameters_ofAllParts_haveTheirNamesAndShapes() {
        Combination all = new Combination(
                Combination.Rows.UNIT_LENGTH,
                List.of(new WidthMap.Keep(), new WidthMap.Projection(12)),
                new Mlp(null, null),
                new Reduction.Projection(4));
        assertThat(all.parameters(List.of(12L, 20L)))
                .extracting(spec -> spec.name() + " " + spec.shape())
                .containsExactly(
                        "proj2.weight [12, 20]",
                        "proj2.bias [12]",
                        "fc1.weight [24, 24]",
                        "fc1.bias [24]",
                        "fc2.weight [12, 24]",
                        "fc2.bias [12]",
                        "reduction.weight [4, 12]",
                        "reduction.bias [4]");
    }

    @Test
    void average_modelsOfOtherWidths_namesBothAndTheFix() {
        for (Combiner combiner : List.of(new Average(), new WeightedSum(List.of(1.0, 2.0), false), new Attention(1))) {
            assertThatThrownBy(() -> Combination.of(combiner).outputWidth(List.of(384L, 768L)))
                    .isInstanceOf(IncompatibleException.class)
                    .hasMessageContaining(combiner.method() + ": the models' widths differ: got 384, 768")
                    .hasMessageContaining("`dimension: {to: 768, by: zero-pad}`");
        }
    }

    @Test
    void attention_headsThatDoNotDivide_namesBoth() {
        assertThatThrownBy(() -> new Attention(5).outputWidth(List.of(12L, 12L)))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("heads: 5 do not divide the models' width 12");
        assertThatThrownBy(() -> new Attention(0))
                .isInstanceOf(RecipeException.class)
                .hasMessage("combine: attention: heads: got 0, expected 1 or more");
    }

    @Test
    void weightedSum_badWeights_areRefused() {
        assertThatThrownBy(() -> new WeightedSum(List.of(), false)).isInstanceOf(RecipeException.class);
        assertThatThrownBy(() -> new WeightedSum(List.of(1.0, Double.NaN), false))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("weights: got [1.0, NaN]");
        assertThatThrownBy(() -> new WeightedSum(List.of(1.0, -1.0), true))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("[1.0, -1.0] add up to 0");
        assertThat(new WeightedSum(List.of(1.0, -1.0), false).outputWidth(List.of(3L, 3L)))
                .isEqualTo(3);
        assertThatThrownBy(() -> new WeightedSum(List.of(1.0, 2.0, 3.0), false).outputWidth(List.of(3L, 3L)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("got 3 for 2 models");
    }

    @Test
    void widths_lessThanOne_areRefusedByKey() {
        assertThatThrownBy(() -> new Linear(0L))
                .isInstanceOf(RecipeException.class)
                .hasMessage("combine: linear: width: got 0, expected 1 or more");
        assertThatThrownBy(() -> new Mlp(-1L, null)).hasMessageContaining("mlp: hidden: got -1");
        assertThatThrownBy(() -> new WidthMap.ZeroPad(0)).isInstanceOf(RecipeException.class);
        assertThatThrownBy(() -> new Reduction.Pca(0)).isInstanceOf(RecipeException.class);
    }

    @Test
    void zeroPad_toLess_namesBothAndTheFix() {
        assertThatThrownBy(() -> new WidthMap.ZeroPad(12).outputWidth(20))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("cannot bring width 20 to 12")
                .hasMessageContaining("`by: linear`");
    }

    @Test
    void pca_ofMoreComponentsThanTheWidth_isRefused() {
        assertThatThrownBy(() -> new Reduction.Pca(30).parameters(24))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("width 24 have no 30 principal components");
    }

    @Test
    void emit_sourcesOfAnyRank_keepLeadingExtentsAndNameTheWidth() {
        for (Combiner combiner : List.of(new Average(), new Concatenation(), new Attention(2), new Linear(5L))) {
            Combination combination =
                    Combination.of(combiner).withMaps(List.of(new WidthMap.ZeroPad(6), new WidthMap.Keep()));
            Graph graph = new Graph("test");
            Ops ops = new Ops(graph, Opsets.EMITTED);
            Value a = graph.addInput("a", floats(Dim.of("B"), Dim.of("S"), Dim.of(4)));
            Value b = graph.addInput("b", floats(Dim.of("B"), Dim.of("S"), Dim.of(6)));
            Map<String, Value> parameters = constants(ops, combination.parameters(List.of(4L, 6L)));
            Value result = combination.emit(ops, List.of(a, b), parameters);
            assertThat(result.type())
                    .as(combiner.method())
                    .isEqualTo(floats(Dim.of("B"), Dim.of("S"), Dim.of(combination.outputWidth(List.of(4L, 6L)))));
        }
    }

    @Test
    void emit_wrongParametersOrSources_areCallersMistakes() {
        Graph graph = new Graph("test");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        Value a = graph.addInput("a", floats(Dim.of("V"), Dim.of(4)));
        Combination linear = Combination.of(new Linear(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> linear.emit(ops, List.of(a), Map.of()))
                .withMessage("parameter \"weight\" is missing: got []");
        Value vector = ops.constant(TensorData.vector(1f, 2f, 3f, 4f));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> linear.emit(ops, List.of(a), Map.of("weight", vector, "bias", vector)))
                .withMessage("parameter \"weight\": got FLOAT [4], expected FLOAT [4, 4]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Combination.of(new Average()).emit(ops, List.of(a), Map.of("weight", vector)))
                .withMessageContaining("[weight]");
        Value unknown = graph.addInput("u", floats(Dim.of("V"), Dim.of("W")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Combination.of(new Average()).emit(ops, List.of(unknown), Map.of()))
                .withMessageContaining("known last extent");
        assertThat(graph.nodes()).isEmpty();
    }

    private static TensorType floats(Dim... dims) {
        return new TensorType(DType.FLOAT, Shape.of(dims));
    }

    private static Map<String, Value> constants(Ops ops, List<ParameterSpec> specs) {
        return specs.stream()
                .collect(Collectors.toMap(
                        ParameterSpec::name, spec -> ops.constant(spec.name(), Start.zeros(spec.shape()))));
    }
}
