package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.attribute;
import static io.sinter.onnx.io.Protos.external;
import static io.sinter.onnx.io.Protos.longs;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.node;
import static io.sinter.onnx.io.Protos.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TrainingInfoProto;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** External data is read from inside the model's folder and from nowhere else. */
class ExternalDataTest {

    private static final String EXPECTED = "; expected a relative path to a file in the model's folder";

    @TempDir
    private Path root;

    private Path folder;

    /** {@code root/model/{w.data, sub/w.data}} with 16 bytes each, and {@code root/secret.data} outside. */
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
        Files.write(root.resolve("secret.data"), bytes);
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

    @ParameterizedTest
    @MethodSource("refused")
    void externalData_thatIsNotAllowed_isRefused(List<String> entries, String message) {
        assertThatThrownBy(() -> read(external("w", entries.toArray(String[]::new))))
                .isInstanceOf(MalformedException.class)
                .hasMessage(folder.resolve("model.onnx") + ": tensor \"w\": " + message);
    }

    static List<Arguments> refused() {
        return List.of(
                arguments(List.of(), "external data without a location"),
                arguments(List.of("location", ""), location("", "empty")),
                arguments(List.of("location", "../secret.data"), leaves("../secret.data")),
                arguments(List.of("location", "../../file.bin"), leaves("../../file.bin")),
                arguments(List.of("location", "../model/../secret.data"), leaves("../model/../secret.data")),
                arguments(List.of("location", "sub/../../secret.data"), leaves("sub/../../secret.data")),
                arguments(List.of("location", "/etc/passwd"), location("/etc/passwd", "an absolute path")),
                arguments(List.of("location", "//file.bin"), location("//file.bin", "an absolute path")),
                arguments(List.of("location", "C:/w.data"), location("C:/w.data", "has a drive letter")),
                arguments(List.of("location", "sub\\w.data"), location("sub\\w.data", "contains a backslash")),
                arguments(List.of("location", "w.data\0.png"), location("w.data␀.png", "contains a NUL character")),
                arguments(
                        List.of("location", "*/_ORT_MEM_ADDR_/*", "offset", "4096", "length", "8"),
                        location("*/_ORT_MEM_ADDR_/*", "a memory address of another process")),
                arguments(List.of("location", "sub"), location("sub", "not a regular file")),
                arguments(
                        List.of("location", "w.data", "basepath", "/"),
                        "external data has the key \"basepath\": expected location, offset, length"),
                arguments(
                        List.of("location", "w.data", "__class__", "x"),
                        "external data has the key \"__class__\": expected location, offset, length"),
                arguments(
                        List.of("location", "w.data", "location", "w.data"),
                        "external data has the key \"location\" twice"),
                arguments(
                        List.of("location", "w.data", "offset", "-4"),
                        "external data has offset \"-4\": expected a whole number from 0 to 9223372036854775807"),
                arguments(
                        List.of("location", "w.data", "length", "8.0"),
                        "external data has length \"8.0\": expected a whole number from 0 to 9223372036854775807"),
                arguments(
                        List.of("location", "w.data", "offset", "9223372036854775808"),
                        "external data has offset \"9223372036854775808\":"
                                + " expected a whole number from 0 to 9223372036854775807"),
                arguments(
                        List.of("location", "w.data", "length", "4"),
                        "4 bytes of external data, but type and shape need 8"),
                arguments(
                        List.of("location", "w.data", "length", "9223372036854775807"),
                        "9223372036854775807 bytes of external data, but type and shape need 8"),
                arguments(
                        List.of("location", "w.data", "offset", "17"),
                        "external data begins at byte 17, but \"w.data\" has only 16"),
                arguments(
                        List.of("location", "w.data", "offset", "12"),
                        "external data of 8 bytes at byte 12 passes the end of \"w.data\" (16 bytes)"),
                arguments(
                        List.of("location", "w.data", "offset", "9223372036854775807"),
                        "external data begins at byte 9223372036854775807, but \"w.data\" has only 16"));
    }

    @Test
    void externalData_withVeryManyKeys_isRefusedAtTheFirst() {
        String[] entries = IntStream.range(0, 100_000)
                .boxed()
                .flatMap(i -> java.util.stream.Stream.of("key" + i, "x"))
                .toArray(String[]::new);

        assertThatThrownBy(() -> read(external("w", entries))).hasMessageContaining("the key \"key0\"");
    }

    @Test
    void externalData_thatIsMissing_isNamed() {
        assertThatThrownBy(() -> read(external("w", "location", "other.data")))
                .isInstanceOf(MissingException.class)
                .hasMessage(folder.resolve("model.onnx") + ": tensor \"w\": external data file "
                        + folder.resolve("other.data") + " is missing");
    }

    @Test
    void symbolicLink_outOfTheFolder_isRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.data"), root.resolve("secret.data"));

        assertThatThrownBy(() -> read(external("w", "location", "link.data")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("a symbolic link leads out of the model's folder, to");
    }

    @Test
    void symbolicFolder_outOfTheFolder_isRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("up"), root);

        assertThatThrownBy(() -> read(external("w", "location", "up/secret.data")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("a symbolic link leads out of the model's folder, to");
    }

    @Test
    void symbolicLink_insideTheFolder_isFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.data"), Path.of("sub", "w.data"));

        assertThat(elements(read(external("w", "location", "link.data"))).toFloatArray())
                .containsExactly(1, 2);
    }

    @Test
    void symbolicLink_toNothing_isRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.data"), folder.resolve("gone"));

        assertThatThrownBy(() -> read(external("w", "location", "link.data")))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void namedPipe_isRefusedWithoutWaiting() throws Exception {
        Path pipe = folder.resolve("pipe.data");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> read(external("w", "location", "pipe.data")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not a regular file");
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
    @ValueSource(
            strings = {
                "initializer",
                "attribute",
                "subgraph",
                "function",
                "sparse",
                "sparseAttribute",
                "functionDefault",
                "training"
            })
    void externalData_whereverItIs_isCheckedAndRead(String place) throws IOException {
        assertThatThrownBy(() -> OnnxReader.read(write(placed(place, external("w", "location", "../secret.data")))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("tensor \"w\": external data location \"../secret.data\"");

        Model model = OnnxReader.read(write(placed(place, external("w", "location", "w.data"))));
        Path copy = root.resolve("copy.onnx");
        OnnxWriter.write(model, copy, WriteOptions.DEFAULT);
        assertThat(CanonicalModel.of(copy)).isEqualTo(CanonicalModel.of(folder.resolve("model.onnx")));
    }

    @Test
    void twoTensors_overOneRange_areBothRead() throws IOException {
        GraphProto.Builder graph = sum();
        graph.clearInitializer()
                .addInitializer(external("w", "location", "w.data"))
                .addInitializer(external("v", "location", "w.data", "offset", "4"));

        Model model = OnnxReader.read(write(model(graph)));

        assertThat(model.graph().initializers())
                .extracting(value -> Objects.requireNonNull(value.initializer()).toFloatArray()[1])
                .containsExactly(2f, 3f);
    }

    private static ModelProto.Builder placed(String place, TensorProto.Builder tensor) {
        SparseTensorProto.Builder sparse = SparseTensorProto.newBuilder()
                .setValues(tensor)
                .setIndices(longs("", 0, 1))
                .addDims(4);
        GraphProto.Builder inner = GraphProto.newBuilder().setName("inner").addInitializer(tensor);
        GraphProto.Builder graph = sum();
        graph.clearInitializer().clearNode().clearOutput();
        ModelProto.Builder model = model(graph);
        switch (place) {
            case "initializer" -> model.getGraphBuilder().addInitializer(tensor);
            case "sparse" -> model.getGraphBuilder().addSparseInitializer(sparse);
            case "attribute" ->
                model.getGraphBuilder()
                        .addNode(node("Constant", List.of(), List.of("c"))
                                .addAttribute(
                                        attribute("value", AttributeType.TENSOR).setT(tensor)));
            case "sparseAttribute" ->
                model.getGraphBuilder()
                        .addNode(node("Constant", List.of(), List.of("c"))
                                .addAttribute(attribute("sparse_value", AttributeType.SPARSE_TENSOR)
                                        .setSparseTensor(sparse)));
            case "subgraph" ->
                model.getGraphBuilder()
                        .addNode(node("If", List.of("x"), List.of("c"))
                                .addAttribute(attribute("then_branch", AttributeType.GRAPH)
                                        .setG(inner)));
            case "function" ->
                model.addFunctions(FunctionProto.newBuilder()
                        .setName("f")
                        .addNode(node("Constant", List.of(), List.of("c"))
                                .addAttribute(
                                        attribute("value", AttributeType.TENSOR).setT(tensor))));
            case "functionDefault" ->
                model.addFunctions(FunctionProto.newBuilder()
                        .setName("f")
                        .addAttributeProto(
                                attribute("value", AttributeType.TENSOR).setT(tensor)));
            case "training" ->
                model.addTrainingInfo(TrainingInfoProto.newBuilder().setAlgorithm(inner));
            default -> throw new IllegalArgumentException(place);
        }
        return model;
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

    private static String leaves(String location) {
        return location(location, "leaves the model's folder through \"..\"");
    }

    private static String location(String location, String why) {
        return "external data location \"%s\": %s%s".formatted(location, why, EXPECTED);
    }
}
