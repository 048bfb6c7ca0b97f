package io.sinter.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.combine.WeightedSum;
import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.runtime.TestModels;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BakeTest {

    private static final Bake BAKE = new Bake(TableTesting.RUNTIME, SessionOptions.DEFAULT);

    private static CombinedTable average(TensorData... tables) {
        return new CombinedTable(Combination.of(new Average()), Map.of(), List.of(tables));
    }

    @Test
    void into_tablesOfSeveralChunks_combinesEveryRowAndTellsProgress() {
        Random random = new Random(3);
        long rows = 9_001;
        TensorData a = TableTesting.table(random, DType.FLOAT, rows, 96);
        TensorData b = TableTesting.table(random, DType.FLOAT16, rows, 96);
        TensorData target = TensorData.allocate(DType.FLOAT, List.of(rows, 96L));
        List<Long> progress = new ArrayList<>();
        BAKE.into(average(a, b), target, progress::add);
        assertThat(progress).hasSizeGreaterThan(1).isSorted().endsWith(rows);
        float[] first = TableTesting.floats(a);
        float[] second = TableTesting.floats(b);
        float[] baked = target.toFloatArray();
        for (int i = 0; i < baked.length; i++) {
            assertThat(baked[i]).isEqualTo((first[i] + second[i]) / 2);
        }
    }

    @Test
    void table_ofEachFloatType_readsAndWritesThem() {
        List<DType> floats = List.of(DType.FLOAT, DType.FLOAT16, DType.BFLOAT16, DType.DOUBLE);
        for (DType from : floats) {
            TensorData source = TableTesting.table(new Random(1), from, 5, 4);
            for (DType to : floats) {
                TensorData same = BAKE.table(average(source), to);
                assertThat(same.dtype()).isEqualTo(to);
                assertThat(TableTesting.floats(same))
                        .as("%s to %s", from, to)
                        .containsExactly(TableTesting.floats(source), within(0.02f));
                if (from == to) {
                    assertThat(same.data().mismatch(source.data())).isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void into_targetOnTheHeap_isWritten() {
        TensorData target = TensorData.of(List.of(1L, 2L), 0f, 0f);
        BAKE.into(average(TensorData.of(List.of(1L, 2L), 1f, 2f)), target, rows -> {});
        assertThat(target.toFloatArray()).containsExactly(1, 2);
    }

    @Test
    void table_ofNoRows_isEmpty() {
        TensorData none = TensorData.allocate(DType.FLOAT, List.of(0L, 4L));
        assertThat(BAKE.table(average(none, none), DType.FLOAT).shape()).containsExactly(0L, 4L);
    }

    @Test
    void into_targetOfAnotherShape_isRefused() {
        TensorData source = TensorData.allocate(DType.FLOAT, List.of(3L, 4L));
        TensorData target = TensorData.allocate(DType.FLOAT, List.of(3L, 5L));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BAKE.into(average(source), target, rows -> {}))
                .withMessage("target FLOAT [3, 5]: expected FLOAT, FLOAT16, BFLOAT16 or DOUBLE [3, 4]");
    }

    @Test
    void combinedTable_ofOtherNumbersOfRows_namesBothAndTheFix() {
        TensorData a = TensorData.allocate(DType.FLOAT, List.of(3L, 4L));
        TensorData b = TensorData.allocate(DType.FLOAT16, List.of(5L, 4L));
        assertThatThrownBy(() -> average(a, b))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("FLOAT [3, 4] and FLOAT16 [5, 4]")
                .hasMessageContaining("`vocabulary`");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> average(TensorData.allocate(DType.INT8, List.of(3L, 4L))))
                .withMessageContaining("INT8 [3, 4]");
    }

    @Test
    void lookup_besideAnotherOfTheSameTable_feedsItsReadersAndReusesTheTable() {
        TensorData own = TableTesting.table(new Random(1), DType.FLOAT16, 6, 4);
        TensorData other = TableTesting.table(new Random(2), DType.FLOAT, 6, 4);
        Model model = TestModels.model(ops -> {
            Value ids = ops.graph().addInput("ids", new TensorType(DType.INT64, Shape.of(Dim.of("B"), Dim.of("S"))));
            Value looked = ops.gather(ops.constant("embeddings", own), ids, 0);
            TestModels.output(ops, "y", ops.neg(looked));
        });
        Combination weighted = Combination.of(new WeightedSum(List.of(0.5, 2.0), false));
        Node plain = model.graph().nodes().getFirst();
        Ops ops = Ops.insertingBefore(model.graph(), model.opset(), plain).withPrefix("combine/");
        CombinedTable table = new CombinedTable(weighted, Map.of(), List.of(own, other));
        Value combined = Live.lookup(
                ops, LiveCombination.of(table), model.graph().inputs().getFirst(), DType.FLOAT16);
        model.graph().replaceUses(plain.output(), combined);
        assertThat(combined.type())
                .isEqualTo(new TensorType(DType.FLOAT16, Shape.of(Dim.of("B"), Dim.of("S"), Dim.of(4))));
        assertThat(model.graph().initializers().stream().filter(v -> own.equals(v.initializer())))
                .hasSize(1);
        assertThat(model.graph().nodes())
                .filteredOn(n -> n.name().startsWith("combine/"))
                .isNotEmpty();
        try (Session session = TableTesting.RUNTIME.open(model, SessionOptions.DEFAULT)) {
            TensorData ids = TensorData.of(List.of(1L, 2L), 5L, 0L);
            float[] y = TableTesting.floats(session.run(Map.of("ids", ids), "y"));
            float[] a = TableTesting.gather(own, ids);
            float[] b = TableTesting.gather(other, ids);
            for (int i = 0; i < y.length; i++) {
                assertThat(y[i]).isEqualTo(-Float.float16ToFloat(Float.floatToFloat16(0.5f * a[i] + 2 * b[i])));
            }
        }
    }
}
