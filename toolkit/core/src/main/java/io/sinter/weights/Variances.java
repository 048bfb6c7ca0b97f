package io.sinter.weights;

/** Elements ranked by the variance of their task vectors across the models. One a task. */
final class Variances implements Selection.Keys {

    private final Sources sources;
    private final float[][] deltas;
    private int count;

    Variances(TensorGroup group, Reader reader) {
        sources = Sources.taskVectors(reader);
        deltas = new float[group.models().size()][Reader.ROOM];
    }

    @Override
    public void at(long first, int elements) {
        sources.at(first, elements);
        count = elements;
        for (int i = 0; i < deltas.length; i++) {
            sources.read(i, deltas[i]);
        }
    }

    @Override
    public void read(int ranking, int[] target) {
        keys(deltas, count, target);
    }

    /** The bits of {@code Σ (δᵢ − mean)²/N}, computed in float64 and rounded to float32: in the order of the numbers. */
    static void keys(float[][] deltas, int count, int[] target) {
        for (int i = 0; i < count; i++) {
            double sum = 0;
            for (float[] delta : deltas) {
                sum += delta[i];
            }
            double mean = sum / deltas.length;
            double squares = 0;
            for (float[] delta : deltas) {
                squares += (delta[i] - mean) * (delta[i] - mean);
            }
            target[i] = Float.floatToRawIntBits((float) (squares / deltas.length));
        }
    }
}
