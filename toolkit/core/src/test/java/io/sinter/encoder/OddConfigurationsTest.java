package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.Texts.Side;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for configurations that no fixture has; each is drawn from the seed in the test's name. */
class OddConfigurationsTest {

    private static final int SEEDS = 6;
    private static final float BOUND = 1e-4f;

    /** Operators whose results are places and shapes, which ONNX Runtime computes on the CPU. */
    private static final Set<String> ON_THE_CPU =
            Set.of("Shape", "Size", "Range", "NonZero", "ConstantOfShape", "Loop");

    @TempDir
    Path folder;

    static Stream<Arguments> familiesAndSeeds() {
        return OddConfiguration.families().stream()
                .flatMap(f -> LongStream.range(0, SEEDS).mapToObj(seed -> Arguments.of(f, seed)));
    }

    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("familiesAndSeeds")
    void fusedGraph_ofAnyConfiguration_computesWhatThePortableOneDoes(String family, long seed) {
        ModelConfig config = OddConfiguration.write(OddConfiguration.of(family, seed), folder);
        Texts texts = texts(config, family, seed);
        assertSame(texts.vectors(build(config, Target.CPU)), texts.vectors(build(config, Target.PORTABLE)));
    }

    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("familiesAndSeeds")
    void vectors_ofATextAlone_areThoseInAPaddedBatch(String family, long seed) {
        ModelConfig config = OddConfiguration.write(OddConfiguration.of(family, seed), folder);
        Texts texts = texts(config, family, seed);
        for (Target target : List.of(Target.PORTABLE, Target.CPU)) {
            Model model = build(config, target);
            List<List<float[]>> together = texts.vectors(model);
            for (int row = 0; row < together.size(); row++) {
                assertSame(texts.only(row).vectors(model), List.of(together.get(row)));
            }
        }
    }

    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("familiesAndSeeds")
    void cudaGraph_ofAnyConfiguration_computesNoShapeOnTheCpu(String family, long seed) {
        ModelConfig config = OddConfiguration.write(OddConfiguration.of(family, seed), folder);
        assertThat(build(config, Target.CUDA).graph().nodes().stream().map(Node::opType))
                .doesNotContainAnyElementsOf(ON_THE_CPU);
    }

    /** Rotary places are relative, learned ones are not: GPT-2's texts are padded at the right only. */
    private static Texts texts(ModelConfig config, String family, long seed) {
        Side side = seed % 2 == 1 && !family.equals("gpt2") ? Side.LEFT : Side.RIGHT;
        return Texts.random(seed, (int) config.vocabSize().orElseThrow(), side);
    }

    private static Model build(ModelConfig config, Target target) {
        return EncoderGraph.build(config, new Noise(), BuildOptions.PORTABLE.withTarget(target))
                .model();
    }

    private static void assertSame(List<List<float[]>> texts, List<List<float[]>> others) {
        assertThat(texts).hasSameSizeAs(others);
        for (int row = 0; row < texts.size(); row++) {
            assertThat(texts.get(row)).hasSameSizeAs(others.get(row));
            for (int i = 0; i < texts.get(row).size(); i++) {
                float scale = scale(others.get(row).get(i));
                assertThat(texts.get(row).get(i))
                        .as("text %d, token %d", row, i)
                        .containsExactly(others.get(row).get(i), within(BOUND * scale));
            }
        }
    }

    /** The largest value, or 1: norms of random scale can be above it. */
    private static float scale(float[] vector) {
        float largest = 1;
        for (float value : vector) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** All tensors are normally distributed, shifts and scales too, so that none can be forgotten unseen. */
    private record Noise(RandomWeights weights) implements WeightSource {

        Noise() {
            this(new RandomWeights(5, 0.4, Head.NONE));
        }

        @Override
        public boolean has(String name) {
            return !name.startsWith("pooler");
        }

        @Override
        public boolean hasPrefix(String prefix) {
            return false;
        }

        @Override
        public TensorData tensor(String name, Initial initial, List<Long> shape) {
            return weights.tensor(name, Initial.NORMAL, shape);
        }
    }
}
