package io.sinter.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.io.WriteOptions.Placement;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real models' files: opened without reading their weights, and written back without changing anything. */
@Tag("slow")
class RealModelFilesTest {

    private static final long SEED = 7;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bge-small-en-v1.5", "e5-small-v2", "all-MiniLM-L6-v2", "bge-small-zh-v1.5"})
    void model_readAndWritten_isTheSameFile(String name) throws IOException {
        Path copy = folder.resolve("model.onnx");

        OnnxWriter.write(OnnxReader.read(model(name)), copy, WriteOptions.DEFAULT);

        assertThat(Files.mismatch(copy, model(name))).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bge-small-en-v1.5", "e5-small-v2", "all-MiniLM-L6-v2", "bge-small-zh-v1.5"})
    void model_writtenWithExternalData_computesTheSameBits(String name) {
        Path copy = folder.resolve("model.onnx");
        WriteOptions options = WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL);

        OnnxWriter.write(OnnxReader.read(model(name)), copy, options);

        Map<String, TensorData> expected = outputs(model(name));
        Map<String, TensorData> actual = outputs(copy);
        assertThat(actual.keySet()).isNotEmpty().isEqualTo(expected.keySet());
        actual.forEach((output, tensor) -> {
            TensorData same = Objects.requireNonNull(expected.get(output));
            assertThat(tensor.contentEquals(same)).as(output).isTrue();
        });
    }

    @Test
    void opening_133Megabytes_takesLittleTimeAndHeap() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Path file = model("bge-small-en-v1.5");
        Duration fastest = Duration.ofDays(1);
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 12; round++) {
            long bytesBefore = thread.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            assertThat(OnnxReader.read(file).graph().nodes()).hasSize(1244);
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            fastest = taken.compareTo(fastest) < 0 ? taken : fastest;
            allocated = Math.min(allocated, thread.getCurrentThreadAllocatedBytes() - bytesBefore);
        }
        System.out.printf("opening %s: %d ms, %d KB of heap%n", file, fastest.toMillis(), allocated / 1024);

        assertThat(fastest).isLessThan(Duration.ofMillis(100));
        assertThat(allocated).as("bytes of heap for a file of 133 MB").isLessThan(16L << 20);
    }

    private static Map<String, TensorData> outputs(Path file) {
        try (Session session = new OrtRuntime().open(file, new SessionOptions(Device.CPU, 1))) {
            Random random = new Random(SEED);
            Map<String, TensorData> inputs = new LinkedHashMap<>();
            for (Port input : session.inputs()) {
                long[] values = new long[2 * 16];
                for (int i = 0; i < values.length; i++) {
                    values[i] = switch (input.name()) {
                        case "input_ids" -> 1000 + random.nextInt(10_000);
                        case "attention_mask" -> i < 28 ? 1 : 0;
                        default -> 0;
                    };
                }
                inputs.put(input.name(), TensorData.of(List.of(2L, 16L), values));
            }
            return session.run(
                    inputs, session.outputs().stream().map(Port::name).toList());
        }
    }

    private static Path model(String name) {
        return Path.of(System.getProperty("sinter.cache"), "models", name, "model.onnx");
    }
}
