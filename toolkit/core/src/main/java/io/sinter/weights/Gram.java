package io.sinter.weights;

import java.util.ArrayList;
import java.util.List;

/**
 * The inner products of N vectors in float64: norms and angles between models, or between their task vectors.
 *
 * @param size N
 * @param products of vectors i and j, j ≤ i, at i(i + 1)/2 + j
 */
record Gram(int size, List<Double> products) {

    Gram {
        products = List.copyOf(products);
    }

    /** Of whole tensors: one pass over them. */
    static Gram of(TensorGroup group, Sources.Kind kind) {
        int n = group.models().size();
        List<List<Double>> parts = Sweep.elements(group, (reader, first, end) -> {
            Accumulator sums = new Accumulator(n, new Sources(reader, kind));
            sums.add(first, end);
            return sums.totals();
        });
        List<Double> totals = new ArrayList<>();
        for (int k = 0; k < n * (n + 1) / 2; k++) {
            int index = k;
            totals.add(parts.stream().mapToDouble(part -> part.get(index)).sum());
        }
        return new Gram(n, totals);
    }

    /** Sums up stretches of the vectors. One a task. */
    static final class Accumulator {

        private final Sources sources;
        private final float[][] vectors;
        private final List<Lanes> lanes = new ArrayList<>();

        Accumulator(int size, Sources sources) {
            this.sources = sources;
            vectors = new float[size][Reader.ROOM];
            for (int k = 0; k < size * (size + 1) / 2; k++) {
                lanes.add(new Lanes());
            }
        }

        /** Adds elements {@code first} to {@code end − 1}. */
        void add(long first, long end) {
            Sweep.blocks(first, end, (at, count) -> {
                sources.at(at, count);
                int k = 0;
                for (int i = 0; i < vectors.length; i++) {
                    sources.read(i, vectors[i]);
                    for (int j = 0; j <= i; j++) {
                        lanes.get(k++).addProducts(vectors[i], vectors[j], count);
                    }
                }
            });
        }

        List<Double> totals() {
            return lanes.stream().map(Lanes::total).toList();
        }

        /** The products so far; the next start from zero. */
        Gram take() {
            Gram gram = new Gram(vectors.length, totals());
            lanes.forEach(Lanes::clear);
            return gram;
        }
    }

    /** xᵢ·xⱼ. */
    double product(int i, int j) {
        return i >= j ? products.get(i * (i + 1) / 2 + j) : product(j, i);
    }

    /** ‖xᵢ‖. */
    double norm(int i) {
        return Math.sqrt(product(i, i));
    }

    /** The cosine of the angle between two vectors; 0 where one of them is zero. */
    double cosine(int i, int j) {
        double norms = norm(i) * norm(j);
        return norms == 0 ? 0 : Math.clamp(product(i, j) / norms, -1, 1);
    }
}
