package io.sinter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.sinter.error.DeviceException;
import io.sinter.error.UnsupportedException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
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
