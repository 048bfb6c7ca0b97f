package io.sinter.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallFloatTest {

    /** Values of the tables in the ONNX documentation of the float8 types. */
    @ParameterizedTest
    @CsvSource({
        "FLOAT8E4M3FN, 01, 0.001953125",
        "FLOAT8E4M3FN, 07, 0.013671875",
        "FLOAT8E4M3FN, 08, 0.015625",
        "FLOAT8E4M3FN, 38, 1",
        "FLOAT8E4M3FN, 7e, 448",
        "FLOAT8E4M3FN, fe, -448",
        "FLOAT8E4M3FN, ff, NaN",
        "FLOAT8E4M3FNUZ, 01, 0.0009765625",
        "FLOAT8E4M3FNUZ, 40, 1",
        "FLOAT8E4M3FNUZ, 7f, 240",
        "FLOAT8E4M3FNUZ, 80, NaN",
        "FLOAT8E5M2, 01, 0.0000152587890625",
        "FLOAT8E5M2, 3c, 1",
        "FLOAT8E5M2, 7b, 57344",
        "FLOAT8E5M2, 7c, Infinity",
        "FLOAT8E5M2, fc, -Infinity",
        "FLOAT8E5M2, 7d, NaN",
        "FLOAT8E5M2FNUZ, 01, 0.00000762939453125",
        "FLOAT8E5M2FNUZ, 40, 1",
        "FLOAT8E5M2FNUZ, 7f, 57344",
        "FLOAT8E5M2FNUZ, 80, NaN",
        "FLOAT8E8M0, 7f, 1",
        "FLOAT8E8M0, 00, 5.877471754111438e-39",
        "FLOAT8E8M0, fe, 1.7014118346046923e38",
        "FLOAT8E8M0, ff, NaN"
    })
    void float8_toFloat_isExact(DType type, String bits, Float expected) {
        byte[] element = {(byte) Integer.parseInt(bits, 16)};
        TensorData source = new TensorData(type, List.of(), MemorySegment.ofArray(element));

        assertThat(Conversion.convert(source, DType.FLOAT).toFloatArray()[0]).isEqualTo(expected);
    }

    @Test
    void packedIntegers_toFloat_lowBitsComeFirst() {
        MemorySegment data = MemorySegment.ofArray(new byte[] {(byte) 0xf7, 0x08});

        assertThat(Conversion.convert(new TensorData(DType.INT4, List.of(3L), data), DType.FLOAT)
                        .toFloatArray())
                .containsExactly(7, -1, -8);
        assertThat(Conversion.convert(new TensorData(DType.UINT4, List.of(3L), data), DType.FLOAT)
                        .toFloatArray())
                .containsExactly(7, 15, 8);
        assertThat(Conversion.convert(new TensorData(DType.FLOAT4E2M1, List.of(3L), data), DType.FLOAT)
                        .toFloatArray())
                .containsExactly(6, -6, -0f);
    }
}
