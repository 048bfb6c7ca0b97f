package io.sinter.eval;

import io.sinter.inference.SentenceEncoder;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores an encoder by semantic textual similarity: the cosine of two sentences' vectors against people's scores. */
public final class StsEvaluation {

    private StsEvaluation() {}

    /** Scores on one dataset. */
    public static StsResult run(SentenceEncoder encoder, StsDataset dataset) {
        return run(encoder, List.of(dataset)).getFirst();
    }

    /** Scores on several datasets; each distinct sentence of all of them is encoded once. */
    public static List<StsResult> run(SentenceEncoder encoder, List<StsDataset> datasets) {
        Map<String, Integer> rows = new LinkedHashMap<>();
        for (StsDataset dataset : datasets) {
            for (StsDataset.Pair pair : dataset.pairs()) {
                rows.putIfAbsent(pair.first(), rows.size());
                rows.putIfAbsent(pair.second(), rows.size());
            }
        }
        long start = System.nanoTime();
        TensorData vectors = encoder.embed(List.copyOf(rows.keySet()));
        double seconds = (System.nanoTime() - start) / 1e9;
        int width = Math.toIntExact(vectors.dim(1));
        float[] values = vectors.toFloatArray();
        List<StsResult> results = new ArrayList<>();
        for (StsDataset dataset : datasets) {
            List<Double> cosines = new ArrayList<>();
            for (StsDataset.Pair pair : dataset.pairs()) {
                int first = rows.getOrDefault(pair.first(), -1) * width;
                int second = rows.getOrDefault(pair.second(), -1) * width;
                cosines.add(cosine(values, first, second, width));
            }
            results.add(new StsResult(dataset, cosines, seconds));
        }
        return results;
    }

    /** The cosine of two parts of {@code values}; 0 if either is a vector of zeros. */
    static double cosine(float[] values, int first, int second, int width) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < width; i++) {
            double a = values[first + i];
            double b = values[second + i];
            ab += a * b;
            aa += a * a;
            bb += b * b;
        }
        double lengths = Math.sqrt(aa) * Math.sqrt(bb);
        return lengths == 0 ? 0 : ab / lengths;
    }
}
