package io.sinter.onnx.io;

import static io.sinter.onnx.io.HostileOnnxTest.EXPECTED;
import static io.sinter.onnx.io.HostileOnnxTest.parse;
import static io.sinter.onnx.io.HostileOnnxTest.refusedTensor;
import static io.sinter.onnx.io.HostileOnnxTest.tensorOf;
import static io.sinter.onnx.io.Protos.attribute;
import static io.sinter.onnx.io.Protos.constant;
import static io.sinter.onnx.io.Protos.external;
import static io.sinter.onnx.io.Protos.floats;
import static io.sinter.onnx.io.Protos.longs;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.node;
import static io.sinter.onnx.io.Protos.sum;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.sinter.onnx.io.HostileOnnxTest.Case;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorProto.DataLocation;
import io.sinter.onnx.ir.Model;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Tensors that are not what they say, wherever they are, and files that protobuf must not be trusted with. */
final class HostileTensors {

    private HostileTensors() {}

    /** All of them. */
    static Stream<Case> cases() {
        return Stream.of(places(), sparse(), wire(), typed()).flatMap(cases -> cases);
    }

    /** Every check holds wherever a tensor is. */
    private static Stream<Case> places() {
        return Arrays.stream(TensorPlace.values())
                .flatMap(place -> Stream.of(
                        new Case(
                                "external tensor: " + place,
                                test -> test.refuses(
                                        place.model(external("w", "location", "../secret.data")),
                                        "tensor \"w\": external data location \"../secret.data\":"
                                                + " leaves the model's folder through \"..\"" + EXPECTED)),
                        new Case(
                                "memory address: " + place,
                                test -> test.refuses(
                                        place.model(external(
                                                "w",
                                                "location",
                                                "*/_ORT_MEM_ADDR_/*",
                                                "offset",
                                                "4096",
                                                "length",
                                                "8")),
                                        "tensor \"w\": external data location \"*/_ORT_MEM_ADDR_/*\":"
                                                + " a memory address of another process" + EXPECTED)),
                        new Case(
                                "too few bytes: " + place,
                                test -> test.refuses(
                                        place.model(floats("w", 1, 2).setDims(0, 3)),
                                        "tensor \"w\": 8 bytes, but FLOAT [3] needs 12")),
                        new Case(
                                "too large a shape: " + place,
                                test -> test.refuses(
                                        place.model(floats("w", 1, 2).setDims(0, Long.MAX_VALUE)),
                                        "tensor \"w\": FLOAT [9223372036854775807] takes more than 2^63 - 1 bytes"))));
    }

    private static Stream<Case> sparse() {
        String sparse = "tensor \"v\": sparse tensor of shape ";
        return Stream.of(
                sparse("sparse index beyond the tensor", longs("", 0, 4), sparse + "[4]: index 4, expected 0 to 3", 4),
                sparse("negative sparse index", longs("", -1, 0), sparse + "[4]: index -1, expected 0 to 3", 4),
                sparse(
                        "sparse index beyond a row",
                        longs("", 0, 0, 1, 2).clearDims().addDims(2).addDims(2),
                        sparse + "[2, 2]: index 2, expected 0 to 1",
                        2,
                        2),
                sparse(
                        "more sparse indices than values",
                        longs("", 0, 1, 2),
                        sparse + "[4]: indices INT64 [3], expected INT64 [2] or [2, 1]",
                        4),
                sparse(
                        "sparse indices that are no integers",
                        floats("", 0, 1),
                        sparse + "[4]: indices FLOAT [2], expected INT64 [2] or [2, 1]",
                        4),
                sparse(
                        "sparse tensor too large",
                        longs("", 0, 1),
                        "tensor \"v\": shape [9223372036854775807, 3] has more than 2^63 - 1 elements",
                        Long.MAX_VALUE,
                        3),
                new Case("sparse tensor behind an attribute of another type", test -> {
                    NodeProto.Builder node = node("Any", List.of(), List.of("c"))
                            .addAttribute(attribute("a", AttributeType.INT)
                                    .setSparseTensor(sparseTensor(longs("", 0, 1), 4)));
                    test.refuses(
                            model(sum().addNode(node)),
                            "Any -> \"c\": attribute \"a\" is INT, but holds a tensor or graph besides");
                }));
    }

    private static Stream<Case> wire() {
        return Stream.of(
                new Case("more than 2,147,483,647 bytes besides raw_data", test -> {
                    Path file = test.folder.resolve("model.onnx");
                    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                        sparse.write(new byte[] {0x32, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x08});
                        sparse.setLength(6 + (1L << 31));
                    }
                    test.refuses(file, "2147483654 bytes besides raw_data, but protobuf reads at most 2^31 - 1");
                }),
                new Case("raw_data of more than 2,147,483,647 bytes loads", test -> {
                    Path file = test.folder.resolve("model.onnx");
                    long size = 2_200_000_000L;
                    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                        sparse.write(largeRawData(size));
                        sparse.setLength(sparse.length() + size);
                    }
                    TensorData tensor = tensorOf(OnnxReader.read(file));
                    assertThat(tensor.data().byteSize()).isEqualTo(size);
                }),
                new Case("recursion limit", test -> {
                    GraphProto.Builder graph = sum();
                    for (int i = 0; i < 60; i++) {
                        graph = GraphProto.newBuilder()
                                .addNode(NodeProto.newBuilder()
                                        .addAttribute(attribute("body", AttributeType.GRAPH)
                                                .setG(graph)));
                    }
                    test.refuses(model(graph), "not an ONNX model: messages are nested deeper than 100");
                }),
                bytes("truncated varint", "08 ff ff", "not an ONNX model: at byte 0: the file is cut off or damaged"),
                bytes(
                        "varint of more than 10 bytes",
                        "08 ff ff ff ff ff ff ff ff ff ff 01",
                        "not an ONNX model: at byte 0: a number takes more than 10 bytes"),
                bytes(
                        "message longer than the file",
                        "3a 05 0a",
                        "not an ONNX model: at byte 0: field 7 claims 5 bytes, but 1 are left: the file is cut off or damaged"),
                bytes("text that is not UTF-8", "12 01 ff", "not an ONNX model: Protocol message had invalid UTF-8."),
                new Case("packed and unpacked dims load", test -> {
                    // graph { initializer { data_type: FLOAT name: "w" raw_data: 8 bytes, dims [2] or [1, 2] } }
                    String head = "10 01 42 01 77 4a 08 00 00 80 3f 00 00 00 40 ";
                    test.loadsBytes("3a 13 2a 11 08 02 " + head, List.of(2L));
                    test.loadsBytes("3a 15 2a 13 0a 02 01 02 " + head, List.of(1L, 2L));
                    test.loadsBytes("3a 15 2a 13 08 01 08 02 " + head, List.of(1L, 2L));
                }),
                new Case("unknown fields are kept on a round trip", test -> {
                    ModelProto.Builder model = model(sum()).setUnknownFields(Protos.unknown("model"));
                    model.getGraphBuilder().setUnknownFields(Protos.unknown("graph"));
                    model.getGraphBuilder().getNodeBuilder(0).setUnknownFields(Protos.unknown("node"));
                    model.getGraphBuilder().getInitializerBuilder(0).setUnknownFields(Protos.unknown("tensor"));
                    byte[] written = OnnxWriter.toBytes(OnnxReader.read(test.write(model)));
                    assertThat(ModelProto.parseFrom(written)).isEqualTo(model.build());
                }));
    }

    private static Stream<Case> typed() {
        return Stream.of(
                refusedTensor(
                        "both raw_data and float_data",
                        floats("w", 1, 2).addFloatData(1),
                        "elements in more than one of raw_data, typed fields and external data"),
                refusedTensor(
                        "both external data and raw_data",
                        external("w", "location", "w.data").setRawData(ByteString.copyFrom(new byte[8])),
                        "elements in more than one of raw_data, typed fields and external data"),
                refusedTensor("negative dims", floats("w", 1).setDims(0, -1), "negative extent in shape [-1]"),
                refusedTensor(
                        "bf16 in int32_data that does not fit",
                        bfloat16(0x3f80, 0x1_0000),
                        "element 65536 does not fit into 16 bits"),
                new Case("bf16 in int32_data loads", test -> {
                    Model model = OnnxReader.read(test.write(constant(bfloat16(0x3f80, 0xc000))));
                    assertThat(tensorOf(model).dtype()).isEqualTo(DType.BFLOAT16);
                    assertThat(tensorOf(model).data().toArray(TensorData.I16))
                            .containsExactly((short) 0x3f80, (short) 0xc000);
                }),
                refusedTensor(
                        "external strings",
                        external("w", "location", "w.data")
                                .setDataType(DType.STRING.onnxCode())
                                .setDataLocation(DataLocation.EXTERNAL),
                        "0 strings, but STRING [2] needs 2 in string_data"));
    }

    private static Case sparse(String name, TensorProto.Builder indices, String message, long... dims) {
        return new Case(
                name, test -> test.refuses(model(sum().addSparseInitializer(sparseTensor(indices, dims))), message));
    }

    private static SparseTensorProto.Builder sparseTensor(TensorProto.Builder indices, long... dims) {
        return SparseTensorProto.newBuilder()
                .setValues(floats("v", 1, 2))
                .setIndices(indices)
                .addAllDims(Arrays.stream(dims).boxed().toList());
    }

    private static Case bytes(String name, String hex, String message) {
        return new Case(name, test -> test.refuses(test.write(parse(hex)), message));
    }

    private static TensorProto.Builder bfloat16(int... bits) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName("w")
                .setDataType(DType.BFLOAT16.onnxCode())
                .addDims(bits.length);
        Arrays.stream(bits).forEach(tensor::addInt32Data);
        return tensor;
    }

    /** The bytes of a model with one uint8 tensor, up to its elements. */
    private static byte[] largeRawData(long size) throws IOException {
        byte[] tensor = bytes(out -> {
            out.writeInt64(1, size);
            out.writeInt32(2, DType.UINT8.onnxCode());
            out.writeString(8, "w");
            out.writeTag(9, 2);
            out.writeUInt64NoTag(size);
        });
        byte[] graph = bytes(out -> {
            out.writeTag(5, 2);
            out.writeUInt64NoTag(tensor.length + size);
        });
        byte[] model = bytes(out -> {
            out.writeTag(7, 2);
            out.writeUInt64NoTag(graph.length + tensor.length + size);
        });
        return ByteBuffer.allocate(model.length + graph.length + tensor.length)
                .put(model)
                .put(graph)
                .put(tensor)
                .array();
    }

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] bytes(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
