package io.sinter.checkpoint;

import io.sinter.checkpoint.PlannedTensor.Work;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrix;
import io.sinter.permutation.Permutations;
import io.sinter.permutation.UnitMap;
import io.sinter.permutation.WeightMatching;
import io.sinter.runtime.Runtime;
import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Brings the units of all models of a merge to the places of the first one's.
 *
 * @param stage the merge
 * @param runtime runs models; asked for where one is run
 * @param scratch whose folder tensors may lie in that are made
 */
record Alignments(StagePlan stage, Supplier<Runtime> runtime, Scratch scratch) {

    /** The plan, over weights whose units have changed places; notes say what that gained. */
    StagePlan prepare() {
        OpenedModel reference = stage.reference();
        UnitMap map =
                UnitMap.of(reference.config().orElseThrow(), reference.weights().names());
        Map<String, ModelWeights> aligned = new HashMap<>();
        List<String> notes = new ArrayList<>();
        for (OpenedModel model : stage.models().subList(1, stage.models().size())) {
            Permutations permutations = permutations(map, model);
            PermutedWeights moved = new PermutedWeights(model.weights(), map, permutations);
            aligned.put(model.label(), moved);
            notes.add(note(map, model, moved));
        }
        List<PlannedTensor> tensors =
                stage.tensors().stream().map(t -> planned(t, aligned)).toList();
        List<OpenedModel> models = stage.models().stream()
                .map(m -> m.with(aligned.getOrDefault(m.label(), m.weights())))
                .toList();
        return stage.withModels(models).with(tensors, notes);
    }

    private Permutations permutations(UnitMap map, OpenedModel model) {
        OpenedModel reference = stage.reference();
        return stage.aligning()
                .map(texts ->
                        new ActivationAlignment(reference, model, texts, scratch.folder()).match(runtime.get(), map))
                .orElseGet(() -> WeightMatching.of(
                        map,
                        name -> reference.weights().read(name, passing()),
                        name -> model.weights().read(name, passing())));
    }

    /** Memory for a tensor that is looked at and left. */
    private Scratch passing() {
        return new Scratch(Arena.ofAuto(), scratch.folder());
    }

    private String note(UnitMap map, OpenedModel model, PermutedWeights moved) {
        Map<String, double[]> before = new LinkedHashMap<>();
        Map<String, double[]> after = new LinkedHashMap<>();
        for (String name : map.tensors().keySet()) {
            String layer = Layers.label(name);
            add(name, model.weights(), before.computeIfAbsent(layer, l -> new double[3]));
            add(name, moved, after.computeIfAbsent(layer, l -> new double[3]));
        }
        return "align: %s to %s: %,d units changed places; cosine %s"
                .formatted(
                        model.label(),
                        stage.reference().label(),
                        moved.permutations().moved(),
                        before.keySet().stream()
                                .map(layer -> String.format(
                                        Locale.ROOT,
                                        "%s %.3f to %.3f",
                                        layer,
                                        cosine(before.getOrDefault(layer, new double[3])),
                                        cosine(after.getOrDefault(layer, new double[3]))))
                                .collect(Collectors.joining(", ")));
    }

    private void add(String name, ModelWeights weights, double[] sums) {
        Matrix own = row(stage.reference().weights().read(name, passing()));
        Matrix its = row(weights.read(name, passing()));
        sums[0] += product(own, its);
        sums[1] += product(own, own);
        sums[2] += product(its, its);
    }

    private static double product(Matrix one, Matrix other) {
        return Blas.product(one.asIs(), other.transposed()).get(0, 0);
    }

    private static Matrix row(TensorData tensor) {
        return Matrix.copyOf(new TensorData(tensor.dtype(), List.of(1L, tensor.elementCount()), tensor.data()));
    }

    private static double cosine(double[] sums) {
        return sums[0] / Math.sqrt(Math.max(Double.MIN_NORMAL, sums[1] * sums[2]));
    }

    private static PlannedTensor planned(PlannedTensor tensor, Map<String, ModelWeights> aligned) {
        if (!(tensor.work() instanceof Work.Merge work)) {
            return tensor;
        }
        TensorAddress base = work.base() == null ? null : moved(work.base(), aligned);
        List<TensorAddress> models =
                work.models().stream().map(m -> moved(m, aligned)).toList();
        return new PlannedTensor(
                tensor.name(), tensor.spec(), tensor.layer(), new Work.Merge(work.merge(), base, models, work.seed()));
    }

    private static TensorAddress moved(TensorAddress address, Map<String, ModelWeights> aligned) {
        ModelWeights weights = aligned.get(address.model());
        return weights == null ? address : new TensorAddress(address.model(), weights, address.name());
    }
}
