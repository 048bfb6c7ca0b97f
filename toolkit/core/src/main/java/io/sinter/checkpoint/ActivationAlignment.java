package io.sinter.checkpoint;

import io.sinter.activations.Correlations;
import io.sinter.activations.Correlations.Signal;
import io.sinter.activations.InputMoments.Reading;
import io.sinter.activations.Product;
import io.sinter.activations.TextFile;
import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Matrix;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.permutation.ActivationMatching;
import io.sinter.permutation.Permutations;
import io.sinter.permutation.TensorUnits;
import io.sinter.permutation.UnitMap;
import io.sinter.permutation.Units;
import io.sinter.permutation.Units.Kind;
import io.sinter.runtime.Runtime;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds the places of a model's units from what they are in texts. Units are seen where a linear layer reads them; queries and
 * keys, which none reads, where a layer makes them.
 *
 * @param reference whose units stay
 * @param model whose units are to come to their places
 * @param texts that both read
 * @param folder where matrices may lie
 */
record ActivationAlignment(OpenedModel reference, OpenedModel model, TextFile texts, Path folder) {

    /** What is seen of the units of a kind. */
    private record Seen(Units units, Signal signal) {}

    /**
     * The new places.
     *
     * @throws IncompatibleException if the models make other graphs, or read the texts as other tokens
     * @throws io.sinter.error.UnsupportedException if they read something else than texts
     */
    Permutations match(Runtime runtime, UnitMap map) {
        try (Arena arena = Arena.ofShared()) {
            Scratch scratch = new Scratch(arena, folder);
            Model own = reference.encoder(scratch);
            Model its = model.encoder(scratch);
            Map<String, Seen> seen = seen(map, Product.of(own.graph()), Product.of(its.graph()));
            Map<String, Signal> signals = new LinkedHashMap<>();
            seen.forEach((name, one) -> signals.put(name, one.signal));
            Map<Units, Matrix> sums = new HashMap<>();
            Correlations.of(
                            runtime,
                            new Reading(own, reference.companions(), texts),
                            new Reading(its, model.companions(), texts),
                            signals,
                            scratch::square)
                    .forEach((name, found) ->
                            sums.merge(Objects.requireNonNull(seen.get(name)).units, found, ActivationAlignment::sum));
            return ActivationMatching.of(map, sums);
        }
    }

    /** By what is seen, for errors. */
    private Map<String, Seen> seen(UnitMap map, List<Product> products, List<Product> others) {
        Map<Value, String> read = new HashMap<>();
        Map<String, Seen> all = new LinkedHashMap<>();
        for (int i = 0; i < products.size(); i++) {
            Product product = products.get(i);
            String name = product.weight().name();
            if (others.size() <= i || !others.get(i).weight().name().equals(name)) {
                throw new IncompatibleException("align: %s and %s make different graphs, from \"%s\" on"
                        .formatted(reference.label(), model.label(), name));
            }
            Product other = others.get(i);
            TensorUnits axes = map.tensors().get(name);
            if (axes != null && product.input().producer() != null && read.put(product.input(), name) == null) {
                axes.columns()
                        .ifPresent(units -> all.put(
                                "what %s reads".formatted(name),
                                new Seen(units, new Signal(product.input(), other.input()))));
            }
            if (axes != null) {
                axes.rows()
                        .filter(units -> units.kind() == Kind.QUERY_KEY)
                        .ifPresent(units -> all.put(
                                "what %s makes".formatted(name),
                                new Seen(units, new Signal(product.output(), other.output()))));
            }
        }
        return all;
    }

    private static Matrix sum(Matrix one, Matrix other) {
        for (int row = 0; row < one.rows(); row++) {
            for (int column = 0; column < one.columns(); column++) {
                one.set(row, column, one.get(row, column) + other.get(row, column));
            }
        }
        return one;
    }
}
