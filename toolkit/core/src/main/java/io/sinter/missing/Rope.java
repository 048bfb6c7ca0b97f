package io.sinter.missing;

/**
 * Rotary positions: in each of a vector's heads, the numbers at i and i + half turn together by the angle {@code p · fᵢ} at
 * position p, with {@code fᵢ = base^(−2i / width of a head)} (Su and others, "RoFormer", 2021, laid out as in Llama).
 *
 * @param heads number of heads
 * @param headWidth width of a head, even
 * @param base of the frequencies
 */
record Rope(int heads, int headWidth, double base) {

    private double frequency(int i) {
        return Math.pow(base, -2.0 * i / headWidth);
    }

    /** The vector at a position; numbers beyond the heads stay. */
    double[] turned(double[] vector, double position) {
        double[] turned = vector.clone();
        int half = headWidth / 2;
        for (int at = 0; at < heads * headWidth; at += headWidth) {
            for (int i = 0; i < half; i++) {
                double angle = position * frequency(i);
                double cos = Math.cos(angle);
                double sin = Math.sin(angle);
                turned[at + i] = vector[at + i] * cos - vector[at + half + i] * sin;
                turned[at + half + i] = vector[at + half + i] * cos + vector[at + i] * sin;
            }
        }
        return turned;
    }

    /**
     * The position at which a vector points most like another: the angles θ between their pairs of numbers, fitted by
     * {@code θ ≈ p · f} (least squares).
     */
    double position(double[] vector, double[] other) {
        int half = headWidth / 2;
        double along = 0;
        double squares = 0;
        for (int at = 0; at < heads * headWidth; at += headWidth) {
            for (int i = 0; i < half; i++) {
                double a = vector[at + i];
                double b = vector[at + half + i];
                double c = other[at + i];
                double d = other[at + half + i];
                double frequency = frequency(i);
                along += Math.atan2(a * d - b * c, a * c + b * d) * frequency;
                squares += frequency * frequency;
            }
        }
        return along / squares;
    }
}
