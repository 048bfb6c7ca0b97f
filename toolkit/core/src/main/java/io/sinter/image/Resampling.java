package io.sinter.image;

import java.util.Arrays;
import java.util.Optional;

/**
 * How a picture is made larger or smaller. The same numbers as Pillow's: each axis by itself, the filter stretched by the
 * factor that a picture shrinks by (so that nothing is skipped), weights in fixed point, rounded to 8 bits after either
 * axis. The codes are those of {@code resample} in {@code preprocessor_config.json}.
 */
public enum Resampling {
    /** The pixel that covers the middle. */
    NEAREST(0, 0),
    /** sinc(x) · sinc(x/3). */
    LANCZOS(1, 3),
    /** A triangle: linear between neighbours. */
    BILINEAR(2, 1),
    /** A cubic with a = −0.5. */
    BICUBIC(3, 2),
    /** The mean. */
    BOX(4, 0.5),
    /** A raised cosine. */
    HAMMING(5, 1);

    /** Bits after the point of weights: 8 bits of the pixel and two for sums above 1 leave so many of 32. */
    private static final int PRECISION = 32 - 8 - 2;

    private final long code;
    private final double support;

    Resampling(long code, double support) {
        this.code = code;
        this.support = support;
    }

    /** What {@code resample} says for it. */
    long code() {
        return code;
    }

    /** The one of that code, if there is one. */
    public static Optional<Resampling> of(long code) {
        return Arrays.stream(values()).filter(r -> r.code == code).findFirst();
    }

    /** The picture in another size. */
    public Picture resize(Picture picture, int width, int height) {
        if (this == NEAREST) {
            return nearest(picture, width, height);
        }
        Picture wide = width == picture.width() ? picture : horizontal(picture, weights(picture.width(), width));
        return height == picture.height() ? wide : vertical(wide, weights(picture.height(), height));
    }

    private static Picture nearest(Picture picture, int width, int height) {
        byte[] rgb = new byte[width * height * Picture.CHANNELS];
        int[] columns = places(picture.width(), width);
        int[] rows = places(picture.height(), height);
        int at = 0;
        for (int y : rows) {
            for (int x : columns) {
                for (int c = 0; c < Picture.CHANNELS; c++) {
                    rgb[at++] = (byte) picture.at(x, y, c);
                }
            }
        }
        return new Picture(width, height, rgb);
    }

    /** Pillow adds the ratio again and again, which decides where a middle falls between two pixels. */
    private static int[] places(int from, int to) {
        int[] places = new int[to];
        double ratio = (double) from / to;
        double middle = ratio * 0.5;
        for (int i = 0; i < to; i++) {
            places[i] = Math.min((int) middle, from - 1);
            middle += ratio;
        }
        return places;
    }

    /** What a place of the result is made of: {@code weights[i]} of place {@code first + i}. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Window(int first, int[] weights) {}

    private Window[] weights(int from, int to) {
        Window[] windows = new Window[to];
        double scale = (double) from / to;
        double stretch = Math.max(1, scale);
        double reach = support * stretch;
        for (int i = 0; i < to; i++) {
            double center = (i + 0.5) * scale;
            int first = Math.max(0, (int) (center - reach + 0.5));
            int last = Math.min(from, (int) (center + reach + 0.5));
            double[] weights = new double[last - first];
            double sum = 0;
            for (int x = 0; x < weights.length; x++) {
                weights[x] = at((x + first - center + 0.5) / stretch);
                sum += weights[x];
            }
            int[] fixed = new int[weights.length];
            for (int x = 0; x < fixed.length; x++) {
                double weight = weights[x] / sum * (1 << PRECISION);
                fixed[x] = (int) (weight + Math.copySign(0.5, weight));
            }
            windows[i] = new Window(first, fixed);
        }
        return windows;
    }

    private double at(double x) {
        double far = Math.abs(x);
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("has no weights");
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case BILINEAR -> Math.max(0, 1 - far);
            case HAMMING -> far >= 1 ? 0 : sinc(far) * (0.54 + 0.46 * Math.cos(Math.PI * far));
            case BICUBIC -> {
                if (far < 1) {
                    yield (1.5 * far - 2.5) * far * far + 1;
                }
                yield far < 2 ? (((far - 5) * far + 8) * far - 4) * -0.5 : 0;
            }
            case LANCZOS -> far < 3 ? sinc(far) * sinc(far / 3) : 0;
        };
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static Picture horizontal(Picture picture, Window[] windows) {
        byte[] rgb = new byte[windows.length * picture.height() * Picture.CHANNELS];
        int at = 0;
        for (int y = 0; y < picture.height(); y++) {
            for (Window window : windows) {
                for (int c = 0; c < Picture.CHANNELS; c++) {
                    int sum = 1 << (PRECISION - 1);
                    for (int i = 0; i < window.weights.length; i++) {
                        sum += window.weights[i] * picture.at(window.first + i, y, c);
                    }
                    rgb[at++] = clipped(sum);
                }
            }
        }
        return new Picture(windows.length, picture.height(), rgb);
    }

    private static Picture vertical(Picture picture, Window[] windows) {
        byte[] rgb = new byte[picture.width() * windows.length * Picture.CHANNELS];
        int at = 0;
        for (Window window : windows) {
            for (int x = 0; x < picture.width(); x++) {
                for (int c = 0; c < Picture.CHANNELS; c++) {
                    int sum = 1 << (PRECISION - 1);
                    for (int i = 0; i < window.weights.length; i++) {
                        sum += window.weights[i] * picture.at(x, window.first + i, c);
                    }
                    rgb[at++] = clipped(sum);
                }
            }
        }
        return new Picture(picture.width(), windows.length, rgb);
    }

    private static byte clipped(int sum) {
        return (byte) Math.clamp(sum >> PRECISION, 0, 255);
    }
}
