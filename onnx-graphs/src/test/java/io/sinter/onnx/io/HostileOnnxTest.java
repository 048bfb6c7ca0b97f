package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.SinterException;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.ir.Model;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ONNX files from strangers: each attack and each oddity that is known, one a case, is refused by a message of its own, or
 * loads where it is harmless.
 */
@Timeout(60)
class HostileOnnxTest {

    static final String EXPECTED = "; expected a relative path to a file in the model's folder";

    @TempDir
    Path root;

    Path folder;

    /** {@code root/model/{w.data, sub/w.data}} with the floats 1, 2, 3, 4, and {@code root/secret.data} outside. */
    @BeforeEach
    void makeFiles() throws IOException {
        folder = Files.createDirectories(root.resolve("model"));
        Files.createDirectories(folder.resolve("sub"));
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
        for (Path file : List.of(folder.resolve("w.data"), folder.resolve("sub/w.data"), root.resolve("secret.data"))) {
            Files.write(file, bytes.array());
        }
    }

    /** What a case does with the folder of the model. */
    @FunctionalInterface
    interface Check {
        void in(HostileOnnxTest test) throws Exception;
    }

    /** A case of the list. */
    record Case(String name, Check check) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void file_hostile_isRefusedByItsOwnMessageOrHarmless(Case hostile) throws Exception {
        hostile.check.in(this);
    }

    static Stream<Case> cases() {
        return Stream.concat(HostileExternalData.cases(), HostileTensors.cases());
    }

    /** {@code %s} in the message is the path of {@code gone.data}. */
    static Case refusedTensor(String name, TensorProto.Builder tensor, String message) {
        return new Case(name, test -> {
            String expected = message.contains("%s") ? message.formatted(test.folder.resolve("gone.data")) : message;
            test.refuses(tensor, expected);
        });
    }

    static byte[] parse(String hex) {
        return java.util.HexFormat.ofDelimiter(" ").parseHex(hex.strip());
    }

    ModelProto.Builder with(TensorProto.Builder tensor) {
        return model(sum().setInitializer(0, tensor));
    }

    Path write(ModelProto.Builder model) throws IOException {
        return write(model.build().toByteArray());
    }

    Path write(byte[] model) throws IOException {
        return Files.write(folder.resolve("model.onnx"), model);
    }

    void refuses(TensorProto.Builder tensor, String message) throws IOException {
        refuses(with(tensor), "tensor \"w\": " + message);
    }

    void refuses(ModelProto.Builder model, String message) throws IOException {
        refuses(write(model), message);
    }

    void refuses(Path file, String message) {
        assertThatThrownBy(() -> OnnxReader.read(file))
                .isInstanceOf(SinterException.class)
                .hasMessage(file + ": " + message);
    }

    void loads(TensorProto.Builder tensor, float... elements) throws IOException {
        assertThat(floatsOf(OnnxReader.read(write(with(tensor))))).containsExactly(elements);
    }

    void loadsWithLinks(TensorProto.Builder tensor) throws IOException {
        assertThat(floatsOf(OnnxReader.read(write(with(tensor)), Links.FOLLOWED)))
                .containsExactly(1, 2);
    }

    void loadsBytes(String hex, List<Long> shape) throws IOException {
        Model model = OnnxReader.read(write(parse(hex)));
        assertThat(tensorOf(model).shape()).isEqualTo(shape);
        assertThat(floatsOf(model)).containsExactly(1, 2);
    }

    static float[] floatsOf(Model model) {
        return tensorOf(model).toFloatArray();
    }

    static TensorData tensorOf(Model model) {
        return Objects.requireNonNull(
                Objects.requireNonNull(model.graph().value("w")).initializer());
    }
}
