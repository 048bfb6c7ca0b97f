package io.sinter.weights;

/** The task vectors of all models in a block, zero where {@link Variances} does not select an element. One a task. */
final class Selected {

    final Sources sources;
    final float[][] deltas;
    private final Cut cut;
    private final int[] keys = new int[Reader.ROOM];

    Selected(TensorGroup group, Reader reader, Cut cut) {
        sources = Sources.taskVectors(reader);
        deltas = new float[group.models().size()][Reader.ROOM];
        this.cut = cut;
    }

    void at(long first, int count) {
        sources.at(first, count);
        for (int i = 0; i < deltas.length; i++) {
            sources.read(i, deltas[i]);
        }
        if (!cut.equals(Cut.ALL)) {
            Variances.keys(deltas, count, keys);
            int ties = Math.clamp(cut.tiesEnd() - first, 0, count);
            for (float[] delta : deltas) {
                keepAbove(cut.key() - 1, keys, 0, ties, delta);
                keepAbove(cut.key(), keys, ties, count, delta);
            }
        }
    }

    private static void keepAbove(int threshold, int[] keys, int from, int to, float[] delta) {
        for (int i = from; i < to; i++) {
            delta[i] *= keys[i] > threshold ? 1 : 0;
        }
    }
}
