package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.external;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sinter.error.MalformedException;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** External data is read from inside the model's folder and from nowhere else. */
class ExternalDataTest {

    @TempDir
    private Path root;

    private Path folder;

    /** {@code root/model/{w.data, sub/w.data}} with 16 bytes each, and {@code indices.data} with zeros. */
    @BeforeEach
    void makeFiles() throws IOException {
        folder = Files.createDirectories(root.resolve("model"));
        Files.createDirectories(folder.resolve("sub"));
        byte[] bytes = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1)
                .putFloat(2)
                .putFloat(3)
                .putFloat(4)
                .array();
        Files.write(folder.resolve("w.data"), bytes);
        Files.write(folder.resolve("sub").resolve("w.data"), bytes);
        Files.write(folder.resolve("indices.data"), new byte[16]);
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void externalData_insideTheFolder_isRead(List<String> entries, List<Float> expected) throws IOException {
        Model model = read(external("w", entries.toArray(String[]::new)));

        TensorData w = elements(model);
        assertThat(w.toFloatArray()).containsExactly(expected.get(0), expected.get(1));
        assertThat(w.data().isNative()).as("is a slice of the mapping").isTrue();
    }

    static List<Arguments> allowed() {
        return List.of(
                arguments(List.of("location", "w.data"), List.of(1f, 2f)),
                arguments(List.of("location", "./w.data", "offset", "0", "length", "0"), List.of(1f, 2f)),
                arguments(List.of("location", "sub/w.data", "offset", "8"), List.of(3f, 4f)),
                arguments(
                        List.of("location", "w.data", "offset", "4", "length", "8", "checksum", "0"), List.of(2f, 3f)));
    }

    @Test
    void modelInMemory_withExternalData_isRefused() {
        byte[] model =
                withInitializer(external("w", "location", "w.data")).build().toByteArray();

        assertThatThrownBy(() -> OnnxReader.read(model))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("a model in memory has no folder");
    }

    @ParameterizedTest
    @EnumSource
    void externalData_whereverItIs_isRead(TensorPlace place) throws IOException {
        boolean isIndex = place.name().endsWith("INDICES");
        TensorProto.Builder tensor = external("w", "location", isIndex ? "indices.data" : "w.data");
        if (isIndex) {
            tensor.setDataType(DType.INT64.onnxCode());
        }

        Model model = OnnxReader.read(write(place.model(tensor)));
        Path copy = root.resolve("copy.onnx");
        OnnxWriter.write(model, copy, WriteOptions.DEFAULT);

        assertThat(CanonicalModel.of(copy)).isEqualTo(CanonicalModel.of(folder.resolve("model.onnx")));
    }

    private Model read(TensorProto.Builder tensor) throws IOException {
        return OnnxReader.read(write(withInitializer(tensor)));
    }

    private static ModelProto.Builder withInitializer(TensorProto.Builder tensor) {
        return model(sum().setInitializer(0, tensor));
    }

    private Path write(ModelProto.Builder model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model.build().toByteArray());
    }

    private static TensorData elements(Model model) {
        Value w = Objects.requireNonNull(model.graph().value("w"));
        return Objects.requireNonNull(w.initializer());
    }
}
