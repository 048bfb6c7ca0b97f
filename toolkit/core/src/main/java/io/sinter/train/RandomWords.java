package io.sinter.train;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Random 32-bit words as a function of a seed, the number of a batch, a stream and a position, as nodes of integer
 * arithmetic: no state, and the same words on every device.
 *
 * <p>A Feistel network of {@value #ROUNDS} rounds (x, y) ← (hi(M·x) + kᵢ + y, lo(M·x)) with kᵢ = k + i·W, all modulo 2³²:
 * Philox 2×32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) with additions in the place of
 * exclusive ors, which ONNX has from opset 18 on only. It remains a permutation of the pairs.
 *
 * @param ops where the nodes go
 * @param keys one a round, UINT32 scalars
 * @param offset added to numbers of streams
 */
record RandomWords(Ops ops, List<Value> keys, Value offset) {

    private static final int ROUNDS = 7;

    private static final int MULTIPLIER = 0xD256D193;

    private static final int WEYL = 0x9E3779B9;

    /**
     * The words of a batch.
     *
     * @param number of the batch, an INT64 scalar
     */
    static RandomWords of(Ops ops, Value number, long seed) {
        RandomWords seeded = new RandomWords(ops, keys(ops, word(ops, (int) seed)), word(ops, 0));
        Pair mixed = seeded.mixed(ops.cast(number, DType.UINT32), word(ops, (int) (seed >>> 32)));
        return new RandomWords(ops, keys(ops, mixed.x), mixed.y);
    }

    private static List<Value> keys(Ops ops, Value key) {
        List<Value> keys = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            keys.add(round == 0 ? key : ops.add(key, word(ops, round * WEYL)));
        }
        return keys;
    }

    /** The same words, computed elsewhere in the graph. */
    RandomWords at(Ops other) {
        return new RandomWords(other, keys, offset);
    }

    /**
     * The first words of a stream.
     *
     * @param count how many, an INT64 scalar
     * @return UINT32 {@code [count]}
     */
    Value words(int stream, Value count) {
        Value zero = ops.constant("zero", TensorData.scalar(0L));
        Value one = ops.constant("one", TensorData.scalar(1L));
        Value positions = ops.apply("Range", List.of(zero, count, one), Map.of());
        return mixed(ops.cast(positions, DType.UINT32), ops.add(offset, word(ops, stream))).x;
    }

    private record Pair(Value x, Value y) {}

    private Pair mixed(Value x, Value y) {
        Value multiplier = constant(DType.UINT64, Integer.toUnsignedLong(MULTIPLIER));
        Value high = constant(DType.UINT64, 1L << 32);
        Pair pair = new Pair(x, y);
        for (Value key : keys) {
            Value product = ops.mul(ops.cast(pair.x, DType.UINT64), multiplier);
            Value upper = ops.cast(ops.div(product, high), DType.UINT32);
            pair = new Pair(ops.add(ops.add(upper, key), pair.y), ops.cast(product, DType.UINT32));
        }
        return pair;
    }

    private Value constant(DType dtype, long number) {
        TensorData scalar = TensorData.allocate(dtype, List.of());
        scalar.data().set(TensorData.I64, 0, number);
        return ops.constant("word", scalar);
    }

    /** A constant, the bits of an int being taken for an unsigned number. */
    static Value word(Ops ops, int bits) {
        TensorData scalar = TensorData.allocate(DType.UINT32, List.of());
        scalar.data().set(TensorData.I32, 0, bits);
        return ops.constant("word", scalar);
    }
}
