package io.sinter.weights;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.stream.IntStream;

/**
 * c_B B + Σ cᵢXᵢ, in float64 and rounded once: what merges are whose only look at the whole tensor gives the coefficients. A
 * source whose coefficient is 0 is not read.
 */
final class LinearCombination {

    private LinearCombination() {}

    /** Σ cᵢXᵢ. */
    static MergedWeights of(TensorGroup group, List<Double> coefficients) {
        return of(group, coefficients, 0);
    }

    /** B + Σ cᵢδᵢ, which is (1 − Σ cᵢ) B + Σ cᵢXᵢ. */
    static MergedWeights ofDeltas(TensorGroup group, List<Double> coefficients) {
        return of(
                group,
                coefficients,
                1 - coefficients.stream().mapToDouble(c -> c).sum());
    }

    private static MergedWeights of(TensorGroup group, List<Double> coefficients, double base) {
        List<Term> terms = IntStream.range(-1, coefficients.size())
                .mapToObj(i -> new Term(i, i < 0 ? base : coefficients.get(i)))
                .filter(term -> term.coefficient != 0)
                .toList();
        Blockwise blocks = new Blockwise(
                group,
                reader -> terms.size() == 2 ? pair(reader, terms.getFirst(), terms.getLast()) : sum(reader, terms));
        List<TensorData> sources =
                terms.stream().map(term -> group.tensor(term.source)).toList();
        return sources.stream().allMatch(source -> source.dtype() == DType.BFLOAT16)
                ? new WeightedSum(terms.stream().map(Term::coefficient).toList(), sources, blocks)
                : blocks;
    }

    /** A source, −1 for the base, and what it is multiplied by. */
    private record Term(int source, double coefficient) {}

    /** Two sources are what most merges have: one loop, and no sums to keep. */
    private static Blockwise.Block pair(Reader reader, Term a, Term b) {
        float[] x = new float[Reader.ROOM];
        float[] y = new float[Reader.ROOM];
        return (first, count, result) -> {
            reader.read(a.source, first, count, x);
            reader.read(b.source, first, count, y);
            add(a.coefficient, x, b.coefficient, y, count, result);
        };
    }

    private static void add(double a, float[] x, double b, float[] y, int count, float[] result) {
        for (int i = 0; i < count; i++) {
            result[i] = (float) (a * x[i] + b * y[i]);
        }
    }

    private static Blockwise.Block sum(Reader reader, List<Term> terms) {
        float[] source = new float[Reader.ROOM];
        double[] sum = new double[Reader.ROOM];
        return (first, count, result) -> {
            clear(sum, count);
            for (Term term : terms) {
                reader.read(term.source, first, count, source);
                addScaled(term.coefficient, source, count, sum);
            }
            round(sum, count, result);
        };
    }

    /** Minus zero is what adding anything to gives that, to the bit. */
    static void clear(double[] sum, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] = -0.0;
        }
    }

    static void addScaled(double factor, float[] source, int count, double[] sum) {
        for (int i = 0; i < count; i++) {
            sum[i] += factor * source[i];
        }
    }

    static void round(double[] sum, int count, float[] result) {
        for (int i = 0; i < count; i++) {
            result[i] = (float) sum[i];
        }
    }
}
