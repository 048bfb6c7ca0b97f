package io.sinter.activations;

import io.sinter.error.MalformedException;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrix;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.runtime.Runtime;
import io.sinter.source.Companions;
import io.sinter.tensor.TensorData;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Second moments of what linear layers read: of each weight the mean of xᵀx over the tokens of texts, added up in float64.
 * Layers that read the same share theirs.
 */
public final class InputMoments {

    private final IntFunction<Matrix> memory;
    private final Map<Value, Sum> sums = new LinkedHashMap<>();

    private InputMoments(List<Product> products, IntFunction<Matrix> memory) {
        this.memory = memory;
        for (Product product : products) {
            TensorData weight = product.weight().initializer();
            if (product.input().producer() != null && weight != null) {
                int width = Math.toIntExact(product.axis().width(weight.shape()));
                sums.computeIfAbsent(product.input(), v -> new Sum(memory.apply(width)));
            }
        }
    }

    /**
     * A model that is to read texts.
     *
     * @param model its graph, which is changed
     * @param companions the files beside it
     * @param texts what it reads
     */
    public record Reading(Model model, Companions companions, TextFile texts) {}

    /** {@code xᵀx} so far, of how many rows, and whether x has belonged to tokens or texts all the time. */
    private static final class Sum {

        private final Matrix squares;
        private long rows;
        private boolean ofTexts = true;

        Sum(Matrix squares) {
            this.squares = squares;
        }
    }

    /**
     * Runs a model over texts.
     *
     * @param products of its graph whose inputs are looked at
     * @param memory makes square matrices of zeros of an order
     * @return by the name of the weight; without those whose inputs belong to neither tokens nor texts
     * @throws MalformedException if the file has no text, or an input becomes infinite or not a number
     */
    public static Map<String, Matrix> of(
            Runtime runtime, Reading reading, List<Product> products, IntFunction<Matrix> memory) {
        InputMoments moments = new InputMoments(products, memory);
        try (Probe probe =
                Probe.open(runtime, reading.model(), List.copyOf(moments.sums.keySet()), reading.companions())) {
            if (reading.texts().read(texts -> probe.read(texts, moments::add)) == 0) {
                throw new MalformedException(reading.texts().path() + ": has no text; expected a text a line");
            }
        }
        return moments.means(products);
    }

    private void add(Probe.Seen seen) {
        sums.forEach((value, sum) -> seen.rows(value.name())
                .ifPresentOrElse(
                        rows -> {
                            Blas.syrk(rows, sum.squares);
                            sum.rows += seen.count(rows);
                        },
                        () -> sum.ofTexts = false));
    }

    private Map<String, Matrix> means(List<Product> products) {
        Map<String, Sum> byWeight = new LinkedHashMap<>();
        for (Product product : products) {
            Sum sum = sums.get(product.input());
            if (sum != null) {
                byWeight.merge(product.weight().name(), sum, this::together);
            }
        }
        byWeight.values().removeIf(sum -> !sum.ofTexts || sum.rows == 0);
        Set<Sum> once = Collections.newSetFromMap(new IdentityHashMap<>());
        Map<String, Matrix> means = new LinkedHashMap<>();
        byWeight.forEach((weight, sum) -> {
            if (once.add(sum)) {
                divide(sum);
                sum.squares.requireFinite("what \"%s\" is multiplied with: x·x".formatted(weight));
            }
            means.put(weight, sum.squares);
        });
        return means;
    }

    /** What a weight reads that is used twice. */
    private Sum together(Sum one, Sum other) {
        if (one == other) {
            return one;
        }
        Sum both = new Sum(memory.apply(one.squares.rows()));
        for (int i = 0; i < both.squares.rows(); i++) {
            for (int j = i; j < both.squares.columns(); j++) {
                both.squares.set(i, j, one.squares.get(i, j) + other.squares.get(i, j));
            }
        }
        both.rows = one.rows + other.rows;
        both.ofTexts = one.ofTexts && other.ofTexts;
        return both;
    }

    private static void divide(Sum sum) {
        Matrix squares = sum.squares;
        for (int i = 0; i < squares.rows(); i++) {
            for (int j = i; j < squares.columns(); j++) {
                squares.set(i, j, squares.get(i, j) / sum.rows);
            }
        }
        Blas.mirror(squares);
    }
}
