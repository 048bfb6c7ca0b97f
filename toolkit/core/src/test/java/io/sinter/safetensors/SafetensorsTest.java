package io.sinter.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MissingException;
import io.sinter.error.OutputException;
import io.sinter.error.UnsupportedException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

    @TempDir
    Path folder;

    static Stream<DType> storable() {
        return Arrays.stream(DType.values()).filter(t -> t.safetensorsName().isPresent());
    }

    @ParameterizedTest
    @MethodSource("storable")
    void write_everyType_isReadBackEqual(DType dtype) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        tensors.put("matrix", random(dtype, List.of(6L, 4L)));
        tensors.put("empty", random(dtype, List.of(2L, 0L)));
        if (dtype.bits() >= 8) {
            tensors.put("scalar", random(dtype, List.of()));
        }
        Path file = folder.resolve("model.safetensors");

        SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));

        SafetensorsFile read = SafetensorsFile.open(file);
        assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
        assertThat(read.names()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        tensors.forEach((name, tensor) ->
                assertThat(read.tensor(name).contentEquals(tensor)).as(name).isTrue());
    }

    @Test
    void write_sameTensorsInAnotherOrder_givesTheSameBytes() throws IOException {
        TensorData half = random(DType.FLOAT16, List.of(3L));
        TensorData full = random(DType.FLOAT, List.of(3L));
        TensorData wide = random(DType.INT64, List.of(3L));
        LinkedHashMap<String, TensorData> forwards = new LinkedHashMap<>();
        forwards.put("a", half);
        forwards.put("b", full);
        forwards.put("c", wide);
        Map<String, TensorData> backwards = new LinkedHashMap<>(forwards.reversed());
        Map<String, String> metadata = new LinkedHashMap<>(Map.of("y", "2", "x", "1", "z", "3"));

        SafetensorsWriter.write(folder.resolve("1"), forwards, metadata);
        SafetensorsWriter.write(folder.resolve("2"), backwards, metadata);

        assertThat(folder.resolve("1")).hasSameBinaryContentAs(folder.resolve("2"));
        assertThat(SafetensorsFile.open(folder.resolve("1")).names()).containsExactly("c", "b", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_relu_shard", "roberta_fp16_model"})
    void write_fileOfTheReferenceImplementation_isReproducedByteForByte(String name) throws IOException {
        Path reference = resource("golden/safetensors/" + name + ".safetensors");
        SafetensorsFile read = SafetensorsFile.open(reference);
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        read.names().forEach(tensor -> tensors.put(tensor, read.tensor(tensor)));

        Path copy = folder.resolve("copy.safetensors");
        SafetensorsWriter.write(copy, tensors, read.metadata());

        assertThat(copy).hasSameBinaryContentAs(reference);
    }

    @Test
    void write_ontoTheMappedFile_keepsTheMappingAndReplacesTheFile() {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, Map.of("a", TensorData.vector(1f, 2f), "b", TensorData.vector(3f)), Map.of());
        SafetensorsFile old = SafetensorsFile.open(file);

        SafetensorsWriter.write(file, Map.of("a", old.tensor("b"), "c", old.tensor("a")), Map.of());

        assertThat(old.tensor("a").toFloatArray()).containsExactly(1f, 2f);
        SafetensorsFile replaced = SafetensorsFile.open(file);
        assertThat(replaced.tensor("a").toFloatArray()).containsExactly(3f);
        assertThat(replaced.tensor("c").toFloatArray()).containsExactly(1f, 2f);
    }

    @Test
    void write_producedInPieces_reportsProgressToTheEnd() {
        Path file = folder.resolve("model.safetensors");
        TensorContent rows = new TensorContent(DType.FLOAT, List.of(3L, 2L), sink -> {
            for (int row = 0; row < 3; row++) {
                sink.write(MemorySegment.ofArray(new float[] {row, -1}));
            }
        });
        List<Long> progress = new ArrayList<>();

        SafetensorsWriter.write(
                file,
                Map.of("t", rows),
                WriteOptions.of(Map.of()).withProgress((written, total) -> progress.add(written * 100 + total)));

        assertThat(progress).containsExactly(824L, 1624L, 2424L);
        assertThat(SafetensorsFile.open(file).tensor("t").toFloatArray()).containsExactly(0, -1, 1, -1, 2, -1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void write_producerGivesTooLittleOrTooMuch_nothingIsLeft(int floats) throws IOException {
        TensorContent wrong = new TensorContent(
                DType.FLOAT, List.of(2L), sink -> sink.write(MemorySegment.ofArray(new float[floats])));

        assertThatThrownBy(() ->
                        SafetensorsWriter.write(folder.resolve("m"), Map.of("t", wrong), WriteOptions.of(Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tensor \"t\": ");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void write_typeThatTheFormatLacks_isRefused() {
        assertThatThrownBy(() -> SafetensorsWriter.write(
                        folder.resolve("m"), Map.of("t", random(DType.INT4, List.of(2L))), Map.of()))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageEndingWith("tensor \"t\": safetensors has no type for INT4; convert it first");
    }

    @Test
    void write_folderThatIsAbsent_isRefused() {
        assertThatThrownBy(() -> SafetensorsWriter.write(
                        folder.resolve("absent/m"), Map.of("t", TensorData.scalar(1f)), Map.of()))
                .isInstanceOf(OutputException.class);
    }

    @Test
    void write_noTensors_isReadBack() {
        SafetensorsWriter.write(folder.resolve("m"), Map.of(), Map.of("k", "é \"quoted\" \n"));

        SafetensorsFile read = SafetensorsFile.open(folder.resolve("m"));
        assertThat(read.names()).isEmpty();
        assertThat(read.metadata()).containsExactly(Map.entry("k", "é \"quoted\" \n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s   ", "%s\n", "  \n\t%s", "%s"})
    void open_whiteSpaceAroundTheHeader_loads(String format) {
        String header = format.formatted("{\"s\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                + "\"e\":{\"dtype\":\"F32\",\"shape\":[2,0],\"data_offsets\":[4,4]}}");

        SafetensorsFile read = SafetensorsFile.open(RawFile.write(folder.resolve("m"), RawFile.of(header, 4)));

        assertThat(read.tensor("s").shape()).isEmpty();
        assertThat(read.tensor("s").toFloatArray()).containsExactly(0f);
        assertThat(read.tensor("e").shape()).containsExactly(2L, 0L);
    }

    @Test
    void open_unknownKeyInAnEntry_isPassedOver() {
        String header = "{\"a\":{\"note\":{\"x\":[1]},\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";

        assertThat(SafetensorsFile.open(RawFile.write(folder.resolve("m"), RawFile.of(header, 1)))
                        .names())
                .containsExactly("a");
    }

    @Test
    void open_tensorOverTwoGiB_isReadAtItsEnd() throws IOException {
        long rows = 3L << 29;
        String header = "{\"a\":{\"dtype\":\"U16\",\"shape\":[%d],\"data_offsets\":[0,%d]}}".formatted(rows, rows * 2);
        Path file = folder.resolve("big.safetensors");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(RawFile.of(header, 0));
            sparse.setLength(sparse.getFilePointer() + rows * 2);
            sparse.seek(sparse.length() - 2);
            sparse.write(new byte[] {7, 0});
        }

        TensorData tensor = SafetensorsFile.open(file).tensor("a");

        assertThat(tensor.data().byteSize()).isEqualTo(rows * 2);
        assertThat(tensor.data().get(TensorData.I16, rows * 2 - 2)).isEqualTo((short) 7);
    }

    @Test
    void tensor_absentName_namesTheNearest() {
        SafetensorsWriter.write(
                folder.resolve("m"),
                Map.of("encoder.layer.0.weight", TensorData.scalar(1f), "pooler.bias", TensorData.scalar(2f)),
                Map.of());
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("m"));

        assertThat(file.find("pooler")).isEmpty();
        assertThatThrownBy(() -> file.tensor("pooler"))
                .isInstanceOf(MissingException.class)
                .hasMessage(
                        file.path() + ": no tensor \"pooler\"; there are \"pooler.bias\", \"encoder.layer.0.weight\"");
    }

    private static TensorData random(DType dtype, List<Long> shape) {
        byte[] bytes = new byte[(int) dtype.byteSize(TensorData.elementCount(shape))];
        new Random(dtype.onnxCode()).nextBytes(bytes);
        return new TensorData(dtype, shape, MemorySegment.ofArray(bytes));
    }

    private static Path resource(String name) throws IOException {
        try {
            return Path.of(Objects.requireNonNull(
                            SafetensorsTest.class.getClassLoader().getResource(name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}
