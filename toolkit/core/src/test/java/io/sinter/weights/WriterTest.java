package io.sinter.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stretches are written as conversions of whole tensors give them, whatever their length and place. */
class WriterTest {

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE"})
    void write_anyLength_isTheConversion(DType type) {
        Random random = new Random(type.bits());
        float[] values = new float[Reader.ROOM];
        for (int count : new int[] {1, 2, 3, 16, 17, 999, Reader.BLOCK}) {
            for (int i = 0; i < count; i++) {
                values[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(-30, 15)));
            }
            values[count - 1] = -0.0f;
            TensorData target = TensorData.allocate(type, List.of(count + 2L));
            new Writer("x", target).write(values, count, 1);

            TensorData floats = TensorData.allocate(DType.FLOAT, List.of((long) count));
            MemorySegment.copy(values, 0, floats.data(), TensorData.F32, 0, count);
            TensorData expected = Conversion.convert(floats, type);
            assertThat(target.data()
                            .asSlice(type.byteSize(1), type.byteSize(count))
                            .mismatch(expected.data()))
                    .as("%d elements", count)
                    .isEqualTo(-1);
            assertThat(Conversion.convert(target, DType.FLOAT).toFloatArray()[count + 1])
                    .as("what is behind the stretch")
                    .isZero();
        }
    }

    @Test
    void write_notANumber_isKeptAmongOthers() {
        TensorData target = TensorData.allocate(DType.BFLOAT16, List.of(3L));
        new Writer("x", target).write(new float[] {1, Float.intBitsToFloat(0x7fffffff), -2}, 3, 0);

        assertThat(Conversion.convert(target, DType.FLOAT).toFloatArray()).containsExactly(1, Float.NaN, -2);
    }

    @Test
    void write_valueTooLargeForFloat16_namesTheTensor() {
        Writer writer = new Writer("layer.weight", TensorData.allocate(DType.FLOAT16, List.of(3L)));

        assertThatThrownBy(() -> writer.write(new float[] {1, 65505, -2}, 3, 0))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("\"layer.weight\"")
                .hasMessageContaining("merged values up to 65505, but float16 ends at 65504");
    }
}
