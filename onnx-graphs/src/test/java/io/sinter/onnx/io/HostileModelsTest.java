package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.attribute;
import static io.sinter.onnx.io.Protos.constant;
import static io.sinter.onnx.io.Protos.floats;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.node;
import static io.sinter.onnx.io.Protos.sum;
import static io.sinter.onnx.io.Protos.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.OperatorSetIdProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorProto.Segment;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are no valid models: each is refused by a message of its own, and none does harm. */
class HostileModelsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("models")
    void model_thatIsInvalid_isRefused(ModelProto.Builder model, String message) {
        assertThatThrownBy(() -> OnnxReader.read(model.build().toByteArray()))
                .isInstanceOf(SinterException.class)
                .hasMessage("model in memory: " + message);
    }

    static List<Arguments> models() {
        return List.of(
                invalid("no graph", ModelProto.newBuilder().setIrVersion(8), "not an ONNX model: it has no graph"),
                invalid(
                        "output without a node",
                        model(sum().addOutput(value("z", DType.FLOAT))),
                        "graph \"sum\": output \"z\" is computed by no node"),
                invalid(
                        "input without a definition",
                        model(sum().addNode(
                                        node("Neg", List.of("q"), List.of("z")).setName("n"))),
                        "graph \"sum\": Neg \"n\" reads \"q\", which nothing defines"),
                invalid(
                        "two nodes, one name",
                        model(sum().addNode(node("Neg", List.of("x"), List.of("y")))),
                        "graph \"sum\": \"y\" is defined twice: by Add -> \"y\" and by Neg -> \"y\""),
                invalid(
                        "node defines an initializer",
                        model(sum().addNode(node("Neg", List.of("x"), List.of("w")))),
                        "graph \"sum\": \"w\" is defined twice: by an initializer and by Neg -> \"w\""),
                invalid(
                        "two outputs of a node, one name",
                        model(sum().addNode(node("Split", List.of("x"), List.of("a", "a")))),
                        "graph \"sum\": Split -> \"a\" has the output \"a\" twice"),
                invalid(
                        "two initializers, one name",
                        model(sum().addInitializer(floats("w", 1))),
                        "graph \"sum\": \"w\" is defined twice: by an initializer and by an initializer"),
                invalid(
                        "initializer without a name",
                        model(sum().addInitializer(floats("", 1))),
                        "graph \"sum\": an initializer has no name"),
                invalid(
                        "circle",
                        model(GraphProto.newBuilder()
                                .setName("g")
                                .addNode(node("Neg", List.of("a"), List.of("b")))
                                .addNode(node("Abs", List.of("b"), List.of("a")))),
                        "graph \"g\": nodes read each other's outputs in a circle: Neg -> [b], Abs -> [a]"),
                invalid(
                        "subgraph defines a name from around",
                        model(sum().addNode(node("If", List.of("x"), List.of("z"))
                                .addAttribute(attribute("then_branch", AttributeType.GRAPH)
                                        .setG(sum().setName("inner"))))),
                        "graph \"inner\": \"x\" is defined twice: by an input and by an input"),
                invalid(
                        "attribute without a name",
                        model(sum().addNode(node("Softmax", List.of("x"), List.of("z"))
                                .addAttribute(attribute("", AttributeType.INT)))),
                        "Softmax -> \"z\": an attribute has no name"),
                invalid(
                        "attribute twice",
                        model(sum().addNode(node("Softmax", List.of("x"), List.of("z"))
                                .addAttribute(attribute("axis", AttributeType.INT))
                                .addAttribute(attribute("axis", AttributeType.INT)))),
                        "Softmax -> \"z\": attribute \"axis\" is there twice"),
                invalid(
                        "tensor in an integer attribute",
                        model(sum().addNode(node("Softmax", List.of("x"), List.of("z"))
                                .addAttribute(
                                        attribute("axis", AttributeType.INT).setT(floats("", 1))))),
                        "Softmax -> \"z\": attribute \"axis\" is INT, but holds a tensor or graph besides"),
                invalid(
                        "operator set twice",
                        model(sum())
                                .addOpsetImport(OperatorSetIdProto.newBuilder()
                                        .setDomain("ai.onnx")
                                        .setVersion(18)),
                        "operator set \"ai.onnx\" is imported in versions 17 and 18"));
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void tensor_thatIsInvalid_isRefusedWhereverItIs(TensorProto.Builder tensor, String message) {
        String expected = "model in memory: tensor \"c\": " + message;
        ModelProto.Builder attribute = model(sum().addNode(node("Constant", List.of(), List.of("z"))
                .addAttribute(attribute("value", AttributeType.TENSOR).setT(tensor))));

        assertThatThrownBy(() -> OnnxReader.read(constant(tensor).build().toByteArray()))
                .isInstanceOf(SinterException.class)
                .hasMessage(expected);
        assertThatThrownBy(() -> OnnxReader.read(attribute.build().toByteArray()))
                .isInstanceOf(SinterException.class)
                .hasMessage(expected);
    }

    static List<Arguments> tensors() {
        return List.of(
                invalid("too few bytes", floats("c", 1, 2).setDims(0, 3), "8 bytes, but FLOAT [3] needs 12"),
                invalid("too many bytes", floats("c", 1, 2).clearDims(), "8 bytes, but FLOAT [] needs 4"),
                invalid("no elements", floats("c", 1).clearRawData(), "0 bytes, but FLOAT [1] needs 4"),
                invalid("negative extent", floats("c", 1).setDims(0, -1), "negative extent in shape [-1]"),
                invalid(
                        "extents overflow",
                        floats("c", 1).setDims(0, Long.MAX_VALUE).addDims(2),
                        "shape [9223372036854775807, 2] has more than 2^63 - 1 elements"),
                invalid(
                        "bytes overflow",
                        floats("c", 1).setDims(0, Long.MAX_VALUE),
                        "FLOAT [9223372036854775807] takes more than 2^63 - 1 bytes"),
                invalid(
                        "extents overflow to zero",
                        floats("c").setDims(0, 1L << 32).addDims(1L << 32),
                        "shape [4294967296, 4294967296] has more than 2^63 - 1 elements"),
                invalid("unknown type", floats("c", 1).setDataType(77), "element type 77 is unknown"),
                invalid("no type", floats("c", 1).clearDataType(), "element type 0 is unknown"),
                invalid(
                        "segment",
                        floats("c", 1).setSegment(Segment.newBuilder().setBegin(0)),
                        "tensors in segments are not supported"),
                invalid(
                        "raw and typed",
                        floats("c", 1).addFloatData(1),
                        "elements in more than one of raw_data, typed fields and external data"),
                invalid(
                        "wrong typed field",
                        floats("c", 1).clearRawData().addInt64Data(1),
                        "the elements are in a field that FLOAT does not use"),
                invalid(
                        "strings missing",
                        floats("c").setDims(0, 2).clearRawData().setDataType(DType.STRING.onnxCode()),
                        "0 strings, but STRING [2] needs 2 in string_data"));
    }

    @ParameterizedTest
    @MethodSource("wireFormats")
    void bytes_thatAreNoProtobuf_areRefused(String hex, String message) {
        assertThatThrownBy(() -> OnnxReader.read(HexFormat.ofDelimiter(" ").parseHex(hex)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model in memory: not an ONNX model: " + message);
    }

    static List<Arguments> wireFormats() {
        return List.of(
                arguments("", "the file is empty"),
                arguments("08", "at byte 0: the file is cut off or damaged"),
                arguments("08 ff ff", "at byte 0: the file is cut off or damaged"),
                arguments("08 ff ff ff ff ff ff ff ff ff ff 01", "at byte 0: a number takes more than 10 bytes"),
                arguments("08 01 07 00", "at byte 2: invalid field tag 7"),
                arguments("0f 00", "at byte 0: wire type 7 does not exist"),
                arguments("0c", "at byte 0: a group ends that did not begin"),
                arguments("0b 14", "at byte 0: group 1 is closed as 2"),
                arguments(
                        "3a 05 0a",
                        "at byte 0: field 7 claims 5 bytes, but 1 are left: the file is cut off or damaged"),
                arguments(
                        "3a ff ff ff ff ff ff ff ff ff 01",
                        "at byte 0: field 7 claims 18446744073709551615 bytes, but 0 are left:"
                                + " the file is cut off or damaged"),
                arguments("0b ".repeat(200) + "00", "at byte 0: groups are nested deeper than 100"));
    }

    @Test
    void nodes_outOfOrder_areSorted() {
        Model read = OnnxReader.read(model(GraphProto.newBuilder()
                        .addInput(value("x", DType.FLOAT, 2))
                        .addNode(node("Neg", List.of("b"), List.of("c")))
                        .addNode(node("Abs", List.of("x"), List.of("a")))
                        .addNode(node("Exp", List.of("a"), List.of("b")))
                        .addNode(node("Sqrt", List.of("x"), List.of("d")))
                        .addOutput(value("c", DType.FLOAT, 2)))
                .build()
                .toByteArray());

        assertThat(read.graph().nodes()).extracting(Node::opType).containsExactly("Abs", "Exp", "Neg", "Sqrt");
    }

    @Test
    void file_thatIsNoFile_isRefused() throws Exception {
        Path missing = folder.resolve("missing.onnx");
        Path empty = Files.createFile(folder.resolve("empty.onnx"));

        assertThatThrownBy(() -> OnnxReader.read(missing))
                .isInstanceOf(MissingException.class)
                .hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> OnnxReader.read(folder))
                .isInstanceOf(MalformedException.class)
                .hasMessage(folder + ": not an ONNX model: not a regular file");
        assertThatThrownBy(() -> OnnxReader.read(empty))
                .isInstanceOf(MalformedException.class)
                .hasMessage(empty + ": not an ONNX model: the file is empty");
    }

    @Test
    void unsupportedType_saysSo() {
        assertThatThrownBy(() -> OnnxReader.read(
                        constant(floats("c", 1).setDataType(77)).build().toByteArray()))
                .isInstanceOf(UnsupportedException.class);
    }

    @Test
    @Timeout(60)
    void file_cutOffAnywhere_isRefusedOrRead() {
        byte[] file = Protos.everything().build().toByteArray();
        for (int length = 0; length < file.length; length++) {
            readOrRefuse(Arrays.copyOf(file, length), "cut off at " + length);
        }
    }

    @Test
    @Timeout(60)
    void file_withDamagedBytes_isRefusedOrRead() {
        byte[] file = Protos.everything().build().toByteArray();
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 1_500; round++) {
            byte[] damaged = file.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            readOrRefuse(damaged, "seed " + seed + ", round " + round);
        }
    }

    /** Whatever can be read can also be written and read again. */
    private static void readOrRefuse(byte[] file, String how) {
        Model model;
        try {
            model = OnnxReader.read(file);
        } catch (SinterException refused) {
            return;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(how + ": " + HexFormat.of().formatHex(file), e);
        }
        try {
            OnnxReader.read(OnnxWriter.toBytes(model));
            assertThat(TextForm.of(model)).isNotEmpty();
        } catch (RuntimeException e) {
            throw new AssertionError(
                    how + ", read but not written: " + HexFormat.of().formatHex(file), e);
        }
    }

    private static Arguments invalid(String name, Object proto, String message) {
        return arguments(named(name, proto), message);
    }
}
