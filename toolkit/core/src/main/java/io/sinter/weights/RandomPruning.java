package io.sinter.weights;

import java.util.List;

/** Keeps each element of a task vector with a probability, the density of its model, whatever its magnitude. */
final class RandomPruning {

    private RandomPruning() {}

    static Pruning of(List<Double> density, UniformDraws draws) {
        if (density.stream().allMatch(d -> d >= 1)) {
            return Pruning.NONE;
        }
        return new Pruning(reader -> {
            float[] uniform = new float[Reader.ROOM];
            return (model, first, count, delta) -> {
                if (density.get(model) < 1) {
                    draws.into(model, first, count, uniform);
                    keepBelow(density.get(model).floatValue(), uniform, count, delta);
                }
            };
        });
    }

    private static void keepBelow(float probability, float[] uniform, int count, float[] delta) {
        for (int i = 0; i < count; i++) {
            delta[i] *= Math.signum(Math.max(probability - uniform[i], 0));
        }
    }
}
