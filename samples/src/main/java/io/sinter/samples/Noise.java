package io.sinter.samples;

import io.sinter.safetensors.TensorContent;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random float32 tensors of any size that take no memory: a million bytes of normal numbers, again and again.
 *
 * @param piece what is repeated
 */
record Noise(MemorySegment piece) {

    /** An odd number of elements, so that rows of a table differ. */
    private static final long ELEMENTS = (1L << 18) + 1;

    /** Numbers of that deviation. */
    static Noise of(long seed, double deviation) {
        SplittableRandom random = new SplittableRandom(seed);
        TensorData piece = TensorData.allocate(DType.FLOAT, List.of(ELEMENTS));
        for (long i = 0; i < ELEMENTS; i++) {
            piece.data().set(TensorData.F32, i * Float.BYTES, (float) (deviation * random.nextGaussian()));
        }
        return new Noise(piece.data());
    }

    /** A tensor of that shape. */
    TensorContent tensor(List<Long> shape) {
        long bytes = DType.FLOAT.byteSize(TensorData.elementCount(shape));
        return new TensorContent(DType.FLOAT, shape, sink -> {
            for (long at = 0; at < bytes; at += piece.byteSize()) {
                sink.write(piece.asSlice(0, Math.min(piece.byteSize(), bytes - at)));
            }
        });
    }
}
