package io.sinter.inference;

import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** One row of a model's logits: a number for each token of the vocabulary, or for each class. */
public final class LogitsRow {

    private final float[] values;

    private LogitsRow(float[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a row of logits without numbers");
        }
        this.values = values;
    }

    /**
     * Row number {@code row} of a tensor taken as a matrix: its last extent is that of a row.
     *
     * @param logits float32
     */
    public static LogitsRow of(TensorData logits, long row) {
        long bytes = logits.dim(-1) * Float.BYTES;
        MemorySegment data = logits.data().asSlice(row * bytes, bytes);
        return new LogitsRow(data.toArray(TensorData.F32));
    }

    /** How many numbers. */
    public int size() {
        return values.length;
    }

    /** The logit of an id. */
    public float get(int id) {
        return values[id];
    }

    /** The id with the largest logit; the first of several. */
    public int argMax() {
        int best = 0;
        for (int id = 1; id < values.length; id++) {
            if (values[id] > values[best]) {
                best = id;
            }
        }
        return best;
    }

    /** ln Σ exp(logit), computed from the largest so that nothing overflows. */
    public double logSumExp() {
        float largest = values[argMax()];
        double sum = 0;
        for (float value : values) {
            sum += Math.exp(value - largest);
        }
        return largest + Math.log(sum);
    }

    /** Natural logarithm of an id's probability, softmax over the row. */
    public double logProbability(int id) {
        return values[id] - logSumExp();
    }

    /** Ids of the largest logits, the largest first; of equal ones the smaller id first. */
    public List<Integer> top(int count) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 0; id < values.length; id++) {
            if (ids.size() == count && !(values[id] > values[ids.getLast()])) {
                continue;
            }
            int at = ids.size();
            while (at > 0 && values[id] > values[ids.get(at - 1)]) {
                at--;
            }
            ids.add(at, id);
            if (ids.size() > count) {
                ids.removeLast();
            }
        }
        return ids;
    }
}
