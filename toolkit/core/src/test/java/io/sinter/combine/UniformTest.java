package io.sinter.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UniformTest {

    @Test
    void tensor_sameSeedAndName_isTheSameAndOtherwiseNot() {
        List<Long> shape = List.of(4L, 5L);
        float[] first = new Uniform(7).tensor("weight", shape, 1).toFloatArray();
        assertThat(new Uniform(7).tensor("weight", shape, 1).toFloatArray()).isEqualTo(first);
        assertThat(new Uniform(8).tensor("weight", shape, 1).toFloatArray()).isNotEqualTo(first);
        assertThat(new Uniform(7).tensor("bias", shape, 1).toFloatArray()).isNotEqualTo(first);
        assertThat(new Uniform(7).tensor("weight", List.of(3L), 1).toFloatArray())
                .isEqualTo(Arrays.copyOf(first, 3));
    }

    @Test
    void tensor_manyElements_haveTheMomentsOfTheUniform() {
        float bound = Uniform.bound(16);
        assertThat(bound).isEqualTo(0.25f);
        float[] elements =
                new Uniform(1).tensor("weight", List.of(100_000L), bound).toFloatArray();
        double mean = 0;
        double square = 0;
        for (float element : elements) {
            assertThat(Math.abs(element)).isLessThan(bound);
            mean += element / (double) elements.length;
            square += element * (double) element / elements.length;
        }
        // Standard errors: mean bound/√(3n) = 4.6e-4; variance bound²·√(4/45)/√n = 5.9e-5.
        assertThat(mean).isCloseTo(0, within(2e-3));
        assertThat(square).isCloseTo(bound * bound / 3.0, within(3e-4));
    }
}
