package io.sinter.encoder.family;

import io.sinter.tensor.TensorData;
import java.util.List;

/** Tables of sines and cosines of places p · 10000^(−2i/d) (Vaswani et al. 2017, arXiv:1706.03762 §3.5). */
enum SinusoidalPlaces {
    /** Sine and cosine of frequency i in columns 2i and 2i + 1, as in DistilBERT. */
    INTERLEAVED,
    /** All sines, then all cosines, as in RoFormer. */
    HALVES;

    /** The table {@code [places, width]}. */
    TensorData table(long places, long width) {
        float[] values = new float[Math.toIntExact(places * width)];
        for (int place = 0; place < places; place++) {
            for (int column = 0; column < width; column++) {
                values[(int) (place * width + column)] = (float) value(place, column, width);
            }
        }
        return TensorData.of(List.of(places, width), values);
    }

    private double value(int place, int column, long width) {
        long sines = (width + 1) / 2;
        return switch (this) {
            case INTERLEAVED -> wave(place, column / 2, column % 2 == 0, width);
            case HALVES -> wave(place, column < sines ? column : column - sines, column < sines, width);
        };
    }

    private static double wave(int place, long frequency, boolean sine, long width) {
        double angle = place / Math.pow(10000, 2.0 * frequency / width);
        return sine ? Math.sin(angle) : Math.cos(angle);
    }
}
