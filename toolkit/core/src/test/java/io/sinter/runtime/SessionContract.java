package io.sinter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link Runtime} must do. */
interface SessionContract {

    /** The runtime under test. */
    Runtime runtime();

    private Session open(Model model) {
        return runtime().open(model, SessionOptions.DEFAULT);
    }

    private static TensorData rows(float... values) {
        return TensorData.of(List.of(values.length / 3L, 3L), values);
    }

    private static TensorData offHeap(TensorData tensor) {
        TensorData copy = TensorData.allocate(tensor.dtype(), tensor.shape());
        copy.data().copyFrom(tensor.data());
        return copy;
    }

    @Test
    default void ports_ofAGraph_haveItsOrderNamesAndTypes() {
        try (Session session = open(TestModels.sumAndDifference())) {
            TensorType type = new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(3)));
            assertThat(session.inputs()).containsExactly(new Port("a", type), new Port("b", type));
            assertThat(session.outputs()).containsExactly(new Port("sum", type), new Port("difference", type));
        }
    }

    @Test
    default void run_someOutputs_computesThoseInTheOrderAsked() {
        try (Session session = open(TestModels.sumAndDifference())) {
            Map<String, TensorData> inputs = Map.of("a", rows(1, 2, 3), "b", rows(10, 20, 30));
            assertThat(session.run(inputs, List.of("difference")).keySet()).containsExactly("difference");
            Map<String, TensorData> both = session.run(inputs, List.of("difference", "sum"));
            assertThat(both.keySet()).containsExactly("difference", "sum");
            assertThat(both.values().stream().map(TensorData::toFloatArray))
                    .containsExactly(new float[] {-9, -18, -27}, new float[] {11, 22, 33});
        }
    }

    @Test
    default void run_inputsOnAndOffTheHeap_giveTheSame() {
        try (Session session = open(TestModels.sumAndDifference());
                Arena arena = Arena.ofConfined()) {
            TensorData a = rows(1, 2, 3, 4, 5, 6);
            MemorySegment odd =
                    arena.allocate(a.data().byteSize() + 1).asSlice(1).copyFrom(a.data());
            TensorData unaligned = new TensorData(a.dtype(), a.shape(), odd);
            for (TensorData x : List.of(a, offHeap(a), unaligned)) {
                assertThat(session.run(Map.of("a", x, "b", a), "sum").toFloatArray())
                        .containsExactly(2, 4, 6, 8, 10, 12);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16", "INT8", "UINT8", "INT16", "INT32", "INT64", "BOOL"})
    default void run_identityOfEachType_returnsTheSameBytes(DType dtype) {
        TensorData input = TensorData.allocate(dtype, List.of(2L, 3L));
        for (long i = 0; i < 6; i++) {
            input.data().set(ValueLayout.JAVA_BYTE, i * dtype.bits() / 8, (byte) (i % 2));
        }
        try (Session session = open(TestModels.identity(dtype, 2))) {
            TensorData output = session.run(Map.of("x", input), "y");
            assertThat(output.contentEquals(input)).isTrue();
            TensorData target = TensorData.allocate(dtype, List.of(2L, 3L));
            session.runInto(Map.of("x", input), Map.of("y", target));
            assertThat(target.contentEquals(input)).isTrue();
        }
    }

    @Test
    default void run_strings_keepTheirBytes() {
        byte[] word = "μῆνιν".getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + word.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(word.length).put(word).putInt(0);
        TensorData input = new TensorData(DType.STRING, List.of(2L), MemorySegment.ofArray(bytes.array()));
        try (Session session = open(TestModels.identity(DType.STRING, 1))) {
            TensorData output = session.run(Map.of("x", input), "y");
            assertThat(output.contentEquals(input)).isTrue();
        }
    }

    @Test
    default void run_emptyTensor_givesAnEmptyTensor() {
        try (Session session = open(TestModels.sumAndDifference())) {
            TensorData none = TensorData.allocate(DType.FLOAT, List.of(0L, 3L));
            TensorData sum = session.run(Map.of("a", none, "b", rows()), "sum");
            assertThat(sum.shape()).containsExactly(0L, 3L);
        }
    }

    @Test
    default void run_graphWithoutInputs_computesItsConstant() {
        Model model =
                TestModels.model(ops -> TestModels.output(ops, "y", ops.neg(ops.constant(TensorData.vector(1f, 2f)))));
        try (Session session = open(model)) {
            assertThat(session.inputs()).isEmpty();
            assertThat(session.run(Map.of(), "y").toFloatArray()).containsExactly(-1, -2);
        }
    }

    @Test
    default void run_results_outliveTheSession() {
        TensorData sum;
        try (Session session = open(TestModels.sumAndDifference())) {
            sum = session.run(Map.of("a", rows(1, 2, 3), "b", rows(1, 1, 1)), "sum");
        }
        assertThat(sum.toFloatArray()).containsExactly(2, 3, 4);
    }

    @Test
    default void runInto_targetsOnAndOffTheHeap_areWritten() {
        try (Session session = open(TestModels.sumAndDifference())) {
            TensorData sum = TensorData.allocate(DType.FLOAT, List.of(1L, 3L));
            TensorData difference = rows(0, 0, 0);
            session.runInto(
                    Map.of("a", rows(1, 2, 3), "b", rows(3, 2, 1)), Map.of("sum", sum, "difference", difference));
            assertThat(sum.toFloatArray()).containsExactly(4, 4, 4);
            assertThat(difference.toFloatArray()).containsExactly(-2, 0, 2);
        }
    }

    @Test
    default void runInto_sliceOfATable_leavesTheRestAlone() {
        try (Session session = open(TestModels.sumAndDifference())) {
            TensorData table = TensorData.allocate(DType.FLOAT, List.of(3L, 3L));
            session.runInto(Map.of("a", rows(1, 2, 3), "b", rows(0, 0, 0)), Map.of("sum", table.rows(1, 2)));
            assertThat(table.toFloatArray()).containsExactly(0, 0, 0, 1, 2, 3, 0, 0, 0);
        }
    }

    @Test
    default void runInto_targetOfAnotherShape_isRefused() {
        try (Session session = open(TestModels.sumAndDifference())) {
            Map<String, TensorData> inputs = Map.of("a", rows(1, 2, 3), "b", rows(1, 2, 3));
            TensorData tall = TensorData.allocate(DType.FLOAT, List.of(2L, 3L));
            assertThatIllegalArgumentException().isThrownBy(() -> session.runInto(inputs, Map.of("sum", tall)));
            TensorData wide = TensorData.allocate(DType.FLOAT, List.of(1L, 4L));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.runInto(inputs, Map.of("sum", wide)))
                    .withMessage("test: output \"sum\": got FLOAT [1, 4], expected FLOAT [rows, 3]");
            TensorData sealed = new TensorData(
                    DType.FLOAT, List.of(1L, 3L), rows(0, 0, 0).data().asReadOnly());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.runInto(inputs, Map.of("sum", sealed)))
                    .withMessageContaining("read-only");
        }
    }

    @Test
    default void run_inputsThatDoNotFit_areRefusedByName() {
        try (Session session = open(TestModels.sumAndDifference())) {
            TensorData a = rows(1, 2, 3);
            assertRefused(session, Map.of("a", a), "test: input \"b\" is missing: got \"a\", expected \"a\", \"b\"");
            assertRefused(session, Map.of("a", a, "b", a, "c", a), "test: no input \"c\": expected \"a\", \"b\"");
            assertRefused(
                    session,
                    Map.of("a", a, "b", TensorData.of(List.of(1L, 3L), 1L, 2L, 3L)),
                    "test: input \"b\": got INT64 [1, 3], expected FLOAT [rows, 3]");
            assertRefused(
                    session,
                    Map.of("a", a, "b", TensorData.vector(1f, 2f, 3f)),
                    "test: input \"b\": got FLOAT [3], expected FLOAT [rows, 3]");
            assertRefused(
                    session,
                    Map.of("a", TensorData.of(List.of(1L, 2L), 1f, 2f), "b", a),
                    "test: input \"a\": got FLOAT [1, 2], expected FLOAT [rows, 3]");
        }
    }

    private static void assertRefused(Session session, Map<String, TensorData> inputs, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session.run(inputs, List.of("sum")))
                .withMessage(message);
    }

    @Test
    default void run_outputsThatAreNotThere_areRefusedByName() {
        try (Session session = open(TestModels.sumAndDifference())) {
            Map<String, TensorData> inputs = Map.of("a", rows(1, 2, 3), "b", rows(1, 2, 3));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.run(inputs, List.of("product")))
                    .withMessage("test: no output \"product\": expected \"sum\", \"difference\"");
            assertThatIllegalArgumentException().isThrownBy(() -> session.run(inputs, List.of()));
        }
    }

    @Test
    default void run_indexOutsideTheTable_isACallersMistake() {
        Model model = TestModels.model(ops -> {
            var ids = ops.graph().addInput("ids", new TensorType(DType.INT64, Shape.of(Dim.of("n"))));
            TestModels.output(ops, "y", ops.gather(ops.constant(rows(1, 2, 3, 4, 5, 6)), ids, 0));
        });
        try (Session session = open(model)) {
            assertThat(session.run(Map.of("ids", TensorData.vector(1L)), "y").toFloatArray())
                    .containsExactly(4, 5, 6);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.run(Map.of("ids", TensorData.vector(2L)), List.of("y")));
        }
    }

    @Test
    default void run_fromSeveralThreads_givesEachItsOwn() throws Exception {
        try (Session session = open(TestModels.sumAndDifference());
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<float[]>> calls = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                float value = i;
                calls.add(() -> session.run(Map.of("a", rows(value, value, value), "b", rows(1, 2, 3)), "sum")
                        .toFloatArray());
            }
            List<Future<float[]>> results = threads.invokeAll(calls);
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get()).containsExactly(i + 1, i + 2, i + 3);
            }
        }
    }

    @Test
    default void close_twice_isHarmlessAndRunningThenIsRefused() {
        Session session = open(TestModels.sumAndDifference());
        session.close();
        session.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> session.run(Map.of("a", rows(1, 2, 3), "b", rows(1, 2, 3)), List.of("sum")));
    }

    @Test
    default void open_file_runsAsTheModelInMemory(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), OnnxWriter.toBytes(TestModels.sumAndDifference()));
        try (Session session = runtime().open(file, new SessionOptions(Device.CPU, 1))) {
            TensorData sum = session.run(Map.of("a", rows(1, 2, 3), "b", rows(1, 1, 1)), "sum");
            assertThat(sum.toFloatArray()).containsExactly(2, 3, 4);
        }
    }

    @Test
    default void open_noFile_saysSo(@TempDir Path folder) {
        Path file = folder.resolve("none.onnx");
        assertThatThrownBy(() -> runtime().open(file, SessionOptions.DEFAULT))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    default void open_fileThatIsNoModel_isMalformed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "{\"this\": \"is JSON\"}");
        assertThatThrownBy(() -> runtime().open(file, SessionOptions.DEFAULT))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(file.toString());
    }
}
