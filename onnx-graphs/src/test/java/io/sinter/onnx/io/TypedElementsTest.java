package io.sinter.onnx.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sinter.error.MalformedException;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Elements in typed fields arrive as the bytes that {@code raw_data} would have had. */
class TypedElementsTest {

    @ParameterizedTest
    @MethodSource("tensors")
    void typedField_isReadAsRawBytes(DType dtype, TensorProto.Builder tensor, String expected) {
        TensorData data = read(tensor.setDataType(dtype.onnxCode()));

        assertThat(data.dtype()).isEqualTo(dtype);
        assertThat(HexFormat.of().formatHex(data.data().toArray(ValueLayout.JAVA_BYTE)))
                .isEqualTo(expected);
    }

    static List<Arguments> tensors() {
        return List.of(
                Arguments.of(DType.FLOAT, dims(2).addFloatData(1).addFloatData(-2), "0000803f000000c0"),
                Arguments.of(DType.COMPLEX64, dims(1).addFloatData(1).addFloatData(-2), "0000803f000000c0"),
                Arguments.of(DType.DOUBLE, dims(1).addDoubleData(1), "000000000000f03f"),
                Arguments.of(
                        DType.COMPLEX128,
                        dims(1).addDoubleData(1).addDoubleData(0),
                        "000000000000f03f0000000000000000"),
                Arguments.of(DType.INT64, dims(1).addInt64Data(-2), "feffffffffffffff"),
                Arguments.of(DType.UINT64, dims(1).addUint64Data(-1), "ffffffffffffffff"),
                Arguments.of(DType.UINT32, dims(1).addUint64Data(0xfffffffeL), "feffffff"),
                Arguments.of(DType.INT32, dims(1).addInt32Data(-2), "feffffff"),
                Arguments.of(DType.INT16, dims(2).addInt32Data(-2).addInt32Data(258), "feff0201"),
                Arguments.of(DType.UINT16, dims(1).addInt32Data(65535), "ffff"),
                Arguments.of(DType.FLOAT16, dims(1).addInt32Data(0xbc00), "00bc"),
                Arguments.of(DType.BFLOAT16, dims(1).addInt32Data(0xbf80), "80bf"),
                Arguments.of(DType.INT8, dims(2).addInt32Data(-128).addInt32Data(127), "807f"),
                Arguments.of(DType.UINT8, dims(1).addInt32Data(255), "ff"),
                Arguments.of(DType.BOOL, dims(2).addInt32Data(1).addInt32Data(0), "0100"),
                Arguments.of(DType.FLOAT8E4M3FN, dims(1).addInt32Data(0x7e), "7e"),
                Arguments.of(DType.FLOAT8E5M2, dims(1).addInt32Data(0xfb), "fb"),
                Arguments.of(DType.INT4, dims(3).addInt32Data(0x21).addInt32Data(0x03), "2103"),
                Arguments.of(DType.UINT4, dims(1).addInt32Data(0x0f), "0f"),
                Arguments.of(
                        DType.STRING, dims(2).addStringData(text("a")).addStringData(text("")), "010000006100000000"),
                Arguments.of(DType.FLOAT, dims(0), ""),
                Arguments.of(DType.FLOAT, TensorProto.newBuilder().addFloatData(1), "0000803f"));
    }

    @Test
    void strings_readAndWritten_areTheSame() throws Exception {
        byte[] file = Protos.constant(dims(2).setName("c")
                        .setDataType(DType.STRING.onnxCode())
                        .addStringData(text("ä"))
                        .addStringData(ByteString.copyFrom(new byte[] {(byte) 0xff})))
                .build()
                .toByteArray();

        assertThat(CanonicalModel.of(OnnxWriter.toBytes(OnnxReader.read(file)))).isEqualTo(CanonicalModel.of(file));
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"INT8", "UINT8", "BOOL", "INT16", "UINT16", "FLOAT16"})
    void number_outOfRange_isRefused(DType dtype) {
        assertThatThrownBy(() -> read(dims(1).setDataType(dtype.onnxCode()).addInt32Data(65536)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("model in memory: tensor \"c\": element 65536 does not fit into %d bits", dtype.bits());
    }

    private static TensorData read(TensorProto.Builder tensor) {
        Model model =
                OnnxReader.read(Protos.constant(tensor.setName("c")).build().toByteArray());
        Value value = Objects.requireNonNull(model.graph().value("c"));
        return Objects.requireNonNull(value.initializer());
    }

    private static TensorProto.Builder dims(long dim) {
        return TensorProto.newBuilder().addDims(dim);
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
