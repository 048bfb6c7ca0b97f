package io.sinter.encoder.family;

import io.sinter.tensor.TensorData;
import java.util.List;

/** Sines and cosines of places p · 10000^(−2i/d) (Vaswani et al. 2017, arXiv:1706.03762 §3.5). */
final class SinusoidalPlaces {

    private static final double BASE = 10000;

    private SinusoidalPlaces() {}

    /** Sine and cosine of frequency i in columns 2i and 2i + 1: {@code [places, width]}, as in DistilBERT. */
    static TensorData interleaved(long places, long width) {
        return table(places, width, (place, column) -> {
            double angle = angle(place, column / 2, width);
            return column % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
        });
    }

    /** Sines {@code [places, width / 2]}. */
    static TensorData sines(long places, long width) {
        return table(places, width / 2, (place, i) -> Math.sin(angle(place, i, width)));
    }

    /** Cosines {@code [places, width / 2]}. */
    static TensorData cosines(long places, long width) {
        return table(places, width / 2, (place, i) -> Math.cos(angle(place, i, width)));
    }

    private static double angle(int place, int frequency, long width) {
        return place / Math.pow(BASE, 2.0 * frequency / width);
    }

    private static TensorData table(long rows, long columns, Entry entry) {
        float[] values = new float[Math.toIntExact(rows * columns)];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                values[(int) (row * columns + column)] = (float) entry.at(row, column);
            }
        }
        return TensorData.of(List.of(rows, columns), values);
    }

    private interface Entry {
        double at(int row, int column);
    }
}
