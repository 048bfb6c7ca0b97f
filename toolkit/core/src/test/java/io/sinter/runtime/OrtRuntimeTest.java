package io.sinter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.sinter.error.DeviceException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtRuntimeTest implements SessionContract {

    private static final OrtRuntime RUNTIME = new OrtRuntime();

    @Override
    public Runtime runtime() {
        return RUNTIME;
    }

    @Test
    void nativeLibraries_afterStart_areThoseInTheCache() {
        assertThat(Path.of(System.getProperty("onnxruntime.native.path")))
                .startsWith(Path.of(System.getProperty("sinter.cache")))
                .isDirectoryContaining(p -> p.getFileName().toString().equals(System.mapLibraryName("onnxruntime")));
    }

    @Test
    void version_ofTheLibrary_isTheOneBuiltAgainst() {
        assertThat(RUNTIME.version()).startsWith("1.");
    }

    @Test
    void start_withALongCommandLine_survives() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process process = new ProcessBuilder(
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dsinter.cache=" + System.getProperty("sinter.cache"),
                        "-Dpadding=" + "x".repeat(50_000),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Start.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed.strip()).endsWith(RUNTIME.version());
    }

    /** A program that starts ONNX Runtime. */
    static final class Start {
        private Start() {}

        /** Prints the version. */
        @SuppressWarnings("SystemOut")
        public static void main(String[] args) {
            System.out.println(new OrtRuntime().version());
        }
    }

    @Tag("slow")
    @Test
    void open_largeModelInMemory_goesThroughAFileThatIsGoneAfterwards() throws IOException {
        Set<Path> before = temporaryFolders();
        long rows = 70_000_000;
        Model model = TestModels.model(ops -> {
            Value ids = ops.graph().addInput("ids", new TensorType(DType.INT64, Shape.of(Dim.of("n"))));
            TensorData table = TensorData.allocate(DType.FLOAT, List.of(rows, 1L));
            table.data().setAtIndex(TensorData.F32, rows - 1, 7);
            TestModels.output(ops, "y", ops.gather(ops.constant(table), ids, 0));
        });
        try (Session session = RUNTIME.open(model, SessionOptions.DEFAULT)) {
            assertThat(temporaryFolders()).isEqualTo(before);
            assertThat(session.run(Map.of("ids", TensorData.vector(rows - 1)), "y")
                            .toFloatArray())
                    .containsExactly(7);
        }
    }

    private static Set<Path> temporaryFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(p -> p.getFileName().toString().matches("sinter\\d+"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void open_cudaWithoutTheProvider_saysWhatIsMissing() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA));
        assertThatThrownBy(() -> RUNTIME.open(TestModels.sumAndDifference(), new SessionOptions(Device.CUDA, 0)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("without its CUDA provider")
                .hasMessageContaining("profile \"cuda\"");
    }

    @Test
    void run_tensorPastABuffersSize_isRefusedWithTheLimit(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("sparse");
        long rows = OrtTensors.MAX_BYTES / 4 + 1;
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined();
                Session session = RUNTIME.open(TestModels.identity(DType.FLOAT, 1), SessionOptions.DEFAULT)) {
            MemorySegment sparse = channel.map(FileChannel.MapMode.READ_WRITE, 0, rows * 4, arena);
            TensorData big = new TensorData(DType.FLOAT, List.of(rows), sparse);
            assertThatThrownBy(() -> session.run(Map.of("x", big), List.of("y")))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("\"x\"")
                    .hasMessageContaining("at most " + OrtTensors.MAX_BYTES);
        }
        Files.delete(file);
    }

    @Test
    void run_typeThatJavaCannotFeed_isRefusedByName() {
        TensorData input = TensorData.allocate(DType.UINT32, List.of(2L));
        try (Session session = RUNTIME.open(TestModels.identity(DType.UINT32, 1), SessionOptions.DEFAULT)) {
            assertThatThrownBy(() -> session.run(Map.of("x", input), List.of("y")))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("UINT32");
        }
    }
}
