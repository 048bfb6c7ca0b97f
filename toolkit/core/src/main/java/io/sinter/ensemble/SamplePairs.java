package io.sinter.ensemble;

import io.sinter.image.Picture;
import io.sinter.inference.TextAndPicture;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Pairs that a graph of texts and pictures is tried with: a text alone, a picture alone, both, in turns.
 *
 * @param pairs in order
 * @param pictures those of the pairs that have one, in order
 */
record SamplePairs(List<TextAndPicture> pairs, List<Picture> pictures) {

    private static final long SEED = 20261123;
    private static final int SIDE = 48;

    /** Pairs of texts with pictures that are drawn: noise over a slope, so that none is like another. */
    static SamplePairs of(List<String> texts) {
        List<TextAndPicture> pairs = new ArrayList<>();
        List<Picture> pictures = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < texts.size(); i++) {
            TextAndPicture pair = new TextAndPicture(i % 3 == 1 ? null : texts.get(i), null);
            if (i % 3 > 0) {
                Picture picture = drawn(random);
                pictures.add(picture);
                pair = new TextAndPicture(pair.text(), () -> picture);
            }
            pairs.add(pair);
        }
        return new SamplePairs(List.copyOf(pairs), List.copyOf(pictures));
    }

    private static Picture drawn(SplittableRandom random) {
        byte[] rgb = new byte[SIDE * SIDE * Picture.CHANNELS];
        int[] slope = {random.nextInt(5), random.nextInt(5), random.nextInt(5)};
        for (int i = 0; i < rgb.length; i++) {
            int c = i % Picture.CHANNELS;
            rgb[i] = (byte) (slope[c] * (i / Picture.CHANNELS % SIDE) + random.nextInt(50));
        }
        return new Picture(SIDE, SIDE, rgb);
    }

    /** Those of the pairs that have one, in order. */
    List<String> texts() {
        return pairs.stream().map(TextAndPicture::text).filter(Objects::nonNull).toList();
    }

    /** Vectors of the texts in the rows of their pairs, zeros in the others. */
    TensorData textRows(TensorData vectors) {
        return rows(vectors, has(Presence.TEXTS));
    }

    /** Vectors of the pictures in the rows of their pairs, zeros in the others. */
    TensorData imageRows(TensorData vectors) {
        return rows(vectors, has(Presence.IMAGES));
    }

    /** The graph's inputs that say what is there. */
    Map<String, TensorData> marks() {
        return Map.of(Presence.TEXTS, mark(has(Presence.TEXTS)), Presence.IMAGES, mark(has(Presence.IMAGES)));
    }

    private List<Boolean> has(String which) {
        return pairs.stream()
                .map(pair -> which.equals(Presence.TEXTS) ? pair.text() != null : pair.picture() != null)
                .toList();
    }

    private static TensorData mark(List<Boolean> present) {
        TensorData marks = TensorData.allocate(DType.BOOL, List.of((long) present.size()));
        for (int i = 0; i < present.size(); i++) {
            marks.data().set(ValueLayout.JAVA_BYTE, i, (byte) (present.get(i) ? 1 : 0));
        }
        return marks;
    }

    private static TensorData rows(TensorData vectors, List<Boolean> present) {
        TensorData rows = TensorData.allocate(DType.FLOAT, List.of((long) present.size(), vectors.dim(1)));
        long bytes = vectors.dim(1) * Float.BYTES;
        long from = 0;
        for (int i = 0; i < present.size(); i++) {
            if (present.get(i)) {
                MemorySegment.copy(vectors.data(), from, rows.data(), i * bytes, bytes);
                from += bytes;
            }
        }
        return rows;
    }
}
