package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.WeightSource.Initial;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomWeightsTest {

    @Test
    void tensor_ofTheSameSeedAndName_isTheSameWhateverElseIsDrawn() {
        RandomWeights one = new RandomWeights(7, 0.02, Head.NONE);
        RandomWeights other = new RandomWeights(7, 0.02, Head.NONE);
        other.tensor("b", Initial.NORMAL, List.of(3L));
        TensorData a = one.tensor("a", Initial.NORMAL, List.of(20L, 30L));
        assertThat(a.contentEquals(other.tensor("a", Initial.NORMAL, List.of(20L, 30L))))
                .isTrue();
        assertThat(a.contentEquals(one.tensor("b", Initial.NORMAL, List.of(20L, 30L))))
                .isFalse();
        assertThat(a.contentEquals(
                        new RandomWeights(8, 0.02, Head.NONE).tensor("a", Initial.NORMAL, List.of(20L, 30L))))
                .isFalse();
    }

    @Test
    void tensor_byItsKind_isNormalZeroOrOne() {
        RandomWeights weights = new RandomWeights(1, 0.02, Head.NONE);
        float[] normal =
                weights.tensor("w", Initial.NORMAL, List.of(400L, 100L)).toFloatArray();
        double sum = 0;
        double squares = 0;
        for (float value : normal) {
            sum += value;
            squares += (double) value * value;
        }
        assertThat(sum / normal.length).isCloseTo(0, within(5e-4));
        assertThat(Math.sqrt(squares / normal.length)).isCloseTo(0.02, within(5e-4));
        assertThat(weights.tensor("s", Initial.ZERO, List.of(2L)).toFloatArray())
                .containsExactly(0, 0);
        assertThat(weights.tensor("g", Initial.ONE, List.of(2L)).toFloatArray()).containsExactly(1, 1);
        assertThat(weights.tensors()).containsOnlyKeys("w", "s", "g");
    }

    @Test
    void model_ofAConfigurationAlone_isBuilt() {
        List<GoldenModel> models = Stream.concat(GoldenModel.all().stream(), GoldenModel.odd().stream())
                .toList();
        for (GoldenModel golden : models) {
            Head head = Head.of(golden.config());
            RandomWeights weights = new RandomWeights(3, 0.02, head);
            assertThat(EncoderGraph.build(golden.config(), weights, BuildOptions.PORTABLE)
                            .model()
                            .graph()
                            .outputs())
                    .isNotEmpty();
            CheckpointWeights trained = golden.weights();
            EncoderGraph.build(golden.config(), trained, BuildOptions.PORTABLE);
            assertThat(weights.tensors().keySet()).as(golden.toString()).containsAll(trained.readNames());
        }
    }
}
