package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.Texts.Side;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
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

    private static final int SEEDS = 4;
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
        try (Session portable = open(config, Target.PORTABLE, Head.NONE);
                Session fused = open(config, Target.CPU, Head.NONE)) {
            assertSame(texts.vectors(fused), texts.vectors(portable));
        }
    }

    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("familiesAndSeeds")
    void vectors_ofATextAlone_areThoseInAPaddedBatch(String family, long seed) {
        ModelConfig config = OddConfiguration.write(OddConfiguration.of(family, seed), folder);
        Texts texts = texts(config, family, seed);
        for (Target target : List.of(Target.PORTABLE, Target.CPU)) {
            try (Session session = open(config, target, Head.NONE)) {
                List<List<float[]>> together = texts.vectors(session);
                for (int row = 0; row < together.size(); row++) {
                    assertSame(texts.only(row).vectors(session), List.of(together.get(row)));
                }
            }
        }
    }

    static Stream<Arguments> headsAndSeeds() {
        return familiesAndSeeds()
                .flatMap(a -> heads((String) a.get()[0])
                        .filter(head -> head != Head.NONE)
                        .map(head -> Arguments.of(a.get()[0], head, a.get()[1])));
    }

    @ParameterizedTest(name = "{0} {1} seed {2}")
    @MethodSource("headsAndSeeds")
    void logits_ofFusedGraphs_arePortableOnes(String family, Head head, long seed) {
        ModelConfig config = OddConfiguration.write(OddConfiguration.of(family, seed), folder);
        Texts text = texts(config, family, seed).only(0);
        try (Session portable = open(config, Target.PORTABLE, head);
                Session fused = open(config, seed % 2 == 0 ? Target.CPU : Target.CUDA, head)) {
            float[] expected = text.output(portable, "logits").toFloatArray();
            assertThat(text.output(fused, "logits").toFloatArray())
                    .containsExactly(expected, within(BOUND * scale(expected)));
        }
    }

    private static Stream<Head> heads(String family) {
        return Architectures.all().stream()
                .filter(a -> a.modelTypes().contains(family))
                .flatMap(a -> a.heads().stream());
    }

    @ParameterizedTest(name = "{0} seed {1}")
    @MethodSource("familiesAndSeeds")
    void cudaGraph_ofAnyConfiguration_computesNoShapeOnTheCpu(String family, long seed) {
        ModelConfig config = OddConfiguration.write(OddConfiguration.of(family, seed), folder);
        assertThat(build(config, Target.CUDA, Head.NONE).graph().nodes().stream()
                        .map(Node::opType))
                .doesNotContainAnyElementsOf(ON_THE_CPU);
    }

    /** Rotary places are relative, those of RoBERTa skip padding; others are learned, and texts padded at the right only. */
    private static Texts texts(ModelConfig config, String family, long seed) {
        boolean movable = !family.equals("gpt2") && OddTextEncoder.movable(family);
        Side side = seed % 2 == 1 && movable ? Side.LEFT : Side.RIGHT;
        return Texts.random(seed, (int) config.vocabSize().orElseThrow(), side);
    }

    private static Session open(ModelConfig config, Target target, Head head) {
        return new OrtRuntime().open(build(config, target, head), SessionOptions.DEFAULT);
    }

    private static Model build(ModelConfig config, Target target, Head head) {
        BuildOptions options = BuildOptions.PORTABLE.withTarget(target).withHead(head);
        return EncoderGraph.build(config, new Noise(), options).model();
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
