package io.sinter.permutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Model;
import io.sinter.permutation.Units.Kind;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Units of tiny models of every family change places, and are found again. */
class AlignmentLawTest {

    private static final long SEED = 20261123;
    private static final Path ROOT = Path.of("src/test/resources/golden/models");

    /** A model, its units, and a copy whose units stand elsewhere. */
    private record Case(Path folder, ModelConfig config, Checkpoint checkpoint, UnitMap map, Permutations shuffle) {

        static Case of(String name) {
            Path folder = ROOT.resolve(name);
            ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
            Checkpoint checkpoint = Checkpoint.open(folder);
            UnitMap map = UnitMap.of(config, checkpoint.names());
            return new Case(folder, config, checkpoint, map, shuffle(map, checkpoint));
        }

        private static Permutations shuffle(UnitMap map, Checkpoint checkpoint) {
            Random random = new Random(SEED);
            Set<Units> all = new LinkedHashSet<>();
            map.tensors().values().stream().flatMap(TensorUnits::all).forEach(all::add);
            Map<Units, int[]> places = new LinkedHashMap<>();
            Map<Integer, int[]> heads = new LinkedHashMap<>();
            for (Units units : all) {
                int count = count(units, map, checkpoint);
                boolean headed = units.kind() == Kind.QUERY_KEY || units.kind() == Kind.VALUE;
                int[] order =
                        headed ? heads.computeIfAbsent(units.layer(), l -> random(random, map.heads())) : new int[] {0};
                int width = count / order.length;
                int[] found = new int[count];
                for (int head = 0; head < order.length; head++) {
                    int[] inside = random(random, width);
                    for (int i = 0; i < width; i++) {
                        found[head * width + i] = order[head] * width + inside[i];
                    }
                }
                places.put(units, found);
            }
            return new Permutations(places);
        }

        private static int count(Units units, UnitMap map, Checkpoint checkpoint) {
            return map.tensors().entrySet().stream()
                    .filter(t -> t.getValue().has(units))
                    .mapToInt(t -> {
                        TensorData matrix = t.getValue().matrix(checkpoint.tensor(t.getKey()));
                        boolean rows = t.getValue().rows().filter(units::equals).isPresent();
                        return (int) matrix.dim(rows ? 0 : 1);
                    })
                    .findFirst()
                    .orElseThrow();
        }

        private static int[] random(Random random, int count) {
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                numbers.add(i);
            }
            Collections.shuffle(numbers, random);
            return numbers.stream().mapToInt(i -> i).toArray();
        }

        TensorData shuffled(String name) {
            return moved(name, checkpoint.tensor(name), shuffle);
        }

        TensorData moved(String name, TensorData tensor, Permutations permutations) {
            TensorUnits units = map.tensors().get(name);
            if (units == null) {
                return tensor;
            }
            TensorData moved = TensorData.allocate(tensor.dtype(), tensor.shape());
            permutations.into(tensor, units, moved);
            return moved;
        }

        List<TensorData> run(CheckpointWeights weights) {
            Model model =
                    EncoderGraph.build(config, weights, BuildOptions.PORTABLE).model();
            SafetensorsFile golden = SafetensorsFile.open(folder.resolve("golden.safetensors"));
            try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
                Map<String, TensorData> inputs = new LinkedHashMap<>();
                for (Port port : session.inputs()) {
                    inputs.put(port.name(), golden.tensor(port.name()));
                }
                List<String> names = session.outputs().stream().map(Port::name).toList();
                return List.copyOf(session.run(inputs, names).values());
            }
        }
    }

    static Stream<String> models() {
        return Stream.of(
                "bert_base",
                "bert_mlm_tied",
                "bert_mlm_untied",
                "bert_cls3",
                "roberta_base",
                "roberta_mlm_untied",
                "roberta_cls2",
                "xlmr_st_cls_dense",
                "distilbert_mlm",
                "distilbert_relu",
                "vit_base",
                "vit_relu_nobias");
    }

    /** Outputs of the model's width have its units at their new places; others are the same. */
    @ParameterizedTest
    @MethodSource("models")
    void shuffledUnits_computeTheSame(String name) {
        Case tested = Case.of(name);
        List<TensorData> own = tested.run(new CheckpointWeights(tested.checkpoint()));
        List<TensorData> shuffled = tested.run(
                new CheckpointWeights(tested.folder(), tested.checkpoint().names(), tested::shuffled));
        int[] places = tested.shuffle().places().getOrDefault(Units.of(Kind.RESIDUAL, -1), new int[0]);
        for (int output = 0; output < own.size(); output++) {
            TensorData one = own.get(output);
            float[] a = one.toFloatArray();
            float[] b = shuffled.get(output).toFloatArray();
            boolean wide = one.rank() == 3 && one.dim(2) == places.length;
            double distance = 0;
            for (int i = 0; i < a.length; i++) {
                int from = wide ? i / places.length * places.length + places[i % places.length] : i;
                distance = Math.max(distance, Math.abs(b[i] - a[from]));
            }
            assertThat(distance).as("output %d, seed %d", output, SEED).isLessThan(1e-4);
        }
        assertThat(tested.shuffle().moved()).isGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("models")
    void shuffledUnits_areFoundAgain_toTheBit(String name) {
        Case tested = Case.of(name);
        Permutations found = WeightMatching.of(tested.map(), tested.checkpoint()::tensor, tested::shuffled);
        for (String tensor : tested.map().tensors().keySet()) {
            TensorData back = tested.moved(tensor, tested.shuffled(tensor), found);
            assertThat(back.contentEquals(tested.checkpoint().tensor(tensor)))
                    .as("%s, seed %d", tensor, SEED)
                    .isTrue();
        }
    }

    @Test
    void modelItself_staysWhereItIs() {
        Case tested = Case.of("bert_base");
        Permutations found = WeightMatching.of(tested.map(), tested.checkpoint()::tensor, tested.checkpoint()::tensor);
        assertThat(found.moved()).isZero();
    }

    @Test
    void family_thatIsNotKnown_isNamed() {
        ModelConfig config = ModelConfig.read(ROOT.resolve("electra_fact").resolve("config.json"));
        assertThatThrownBy(() -> UnitMap.of(config, List.of("x")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContainingAll("electra", "bert, roberta");
    }

    @Test
    void tensor_thatTheFamilyLacks_isNamed() {
        Case tested = Case.of("bert_base");
        assertThatThrownBy(() -> UnitMap.of(tested.config(), List.of("encoder.layer.0.extra.weight")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("\"encoder.layer.0.extra.weight\"");
    }
}
