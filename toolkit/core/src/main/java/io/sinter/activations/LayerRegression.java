package io.sinter.activations;

import io.sinter.activations.Product.InputAxis;
import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Cholesky;
import io.sinter.linalg.Matrix;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import io.sinter.weights.MergedWeights;
import io.sinter.weights.RegMean;
import io.sinter.weights.TensorGroup;
import io.sinter.weights.WeightMerge;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * RegMean of one linear layer: {@code O + λ (Σ wᵢG̃ᵢ)⁻¹ Σ wᵢG̃ᵢ (Wᵢ − O)}, where the origin O is the base's weight or, without a
 * base, the first model's. G̃ᵢ is Gᵢ with its elements off the diagonal multiplied by α. An input that is 0 in all texts says
 * nothing: its weights are averaged. In float64, by a Cholesky factor.
 *
 * @param settings weights, α and λ
 * @param moments Gᵢ, one a model
 * @param axis of the weight that runs over the inputs
 */
public record LayerRegression(RegMean settings, List<Matrix> moments, InputAxis axis) implements WeightMerge {

    /** Outputs of the layer that are solved for at a time. */
    private static final int AT_ONCE = 2048;

    /** Copies the list. */
    public LayerRegression {
        moments = List.copyOf(moments);
    }

    @Override
    public String method() {
        return settings.method();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        settings.check(group);
        TensorData merged = solve(group);
        return (first, target) -> MemorySegment.copy(
                merged.data(), first * Float.BYTES, target.data(), 0, target.elementCount() * Float.BYTES);
    }

    /**
     * What a part of the outputs is solved with.
     *
     * @param origin {@code [out, in]}, as all weights here
     * @param factor of Σ wᵢG̃ᵢ
     */
    private record Equations(
            TensorGroup group, TensorData origin, List<TensorData> models, List<Matrix> moments, Cholesky factor) {}

    private TensorData solve(TensorGroup group) {
        List<Matrix> scaled = scaled();
        Matrix sum = scaled.getFirst().copy();
        scaled.stream().skip(1).forEach(g -> add(1, g, sum));
        Cholesky factor = Cholesky.of(sum)
                .orElseThrow(() -> new IncompatibleException(
                        "tensor \"%s\": regmean: the %d inputs of this layer depend on each other in the texts; give more texts, or an alpha below 1 (it is %s)"
                                .formatted(group.name(), sum.rows(), settings.alpha())));
        List<TensorData> models = group.models().stream().map(this::oriented).toList();
        TensorData origin = group.base() == null ? models.getFirst() : oriented(group.base());
        Equations equations = new Equations(group, origin, models, scaled, factor);
        TensorData merged = TensorData.allocate(DType.FLOAT, origin.shape());
        for (long from = 0; from < origin.dim(0); from += AT_ONCE) {
            long to = Math.min(origin.dim(0), from + AT_ONCE);
            solve(equations, from, to, merged.rows(from, to));
        }
        return oriented(merged);
    }

    private void solve(Equations equations, long from, long to, TensorData target) {
        Matrix origin = read(equations, -1, from, to);
        Matrix sum = Matrix.allocate(origin.rows(), origin.columns());
        for (int i = 0; i < equations.models.size(); i++) {
            Matrix change = read(equations, i, from, to);
            add(-1, origin, change);
            Blas.gemm(1, change.asIs(), equations.moments.get(i).asIs(), 1, sum);
        }
        equations.factor.solve(sum);
        add(settings.lambda(), sum, origin);
        Conversion.convertInto(origin.toTensor(), target);
    }

    /** Some rows of a model's weight, or of the origin. */
    private static Matrix read(Equations equations, int model, long from, long to) {
        TensorData weight = model < 0 ? equations.origin : equations.models.get(model);
        String label = model < 0 ? "the base model" : "model " + (model + 1);
        return Matrix.copyOf(weight.rows(from, to))
                .requireFinite("tensor \"%s\" of %s, from output %d on".formatted(equations.group.name(), label, from));
    }

    /** The weight with its outputs along the first axis. */
    private TensorData oriented(TensorData weight) {
        return axis == InputAxis.LAST ? weight : Transposition.of(weight);
    }

    /** wᵢG̃ᵢ, where an input that no model sees has 1 for its own moment. */
    private List<Matrix> scaled() {
        List<Matrix> scaled = new ArrayList<>();
        int order = moments.getFirst().rows();
        for (int i = 0; i < moments.size(); i++) {
            Matrix own = moments.get(i).copy();
            double weight = settings.weight().get(i);
            for (int row = 0; row < order; row++) {
                for (int column = 0; column < order; column++) {
                    double factor = row == column ? weight : weight * settings.alpha();
                    own.set(row, column, factor * own.get(row, column));
                }
            }
            scaled.add(own);
        }
        for (int input = 0; input < order; input++) {
            int at = input;
            if (scaled.stream().mapToDouble(g -> g.get(at, at)).sum() == 0) {
                for (int i = 0; i < scaled.size(); i++) {
                    scaled.get(i).set(at, at, settings.weight().get(i));
                }
            }
        }
        return scaled;
    }

    private static void add(double factor, Matrix from, Matrix to) {
        for (int row = 0; row < to.rows(); row++) {
            for (int column = 0; column < to.columns(); column++) {
                to.set(row, column, to.get(row, column) + factor * from.get(row, column));
            }
        }
    }
}
