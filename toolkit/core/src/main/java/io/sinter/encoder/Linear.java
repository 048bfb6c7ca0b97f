package io.sinter.encoder;

import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A projection x·W + b.
 *
 * @param name of the weight in the checkpoint, without {@code .weight}
 * @param weight float32: {@code [out, in]} as PyTorch's {@code Linear} has it, or {@code [in, out]}
 * @param layout which of both
 * @param bias float32 {@code [out]}, or null
 */
public record Linear(
        String name,
        TensorData weight,
        Layout layout,
        @Nullable TensorData bias) {

    /** Which axis of the stored weight is the input's. */
    public enum Layout {
        /** {@code [out, in]}: PyTorch's {@code Linear}. */
        OUT_IN,
        /** {@code [in, out]}: GPT-2's {@code Conv1D}. */
        IN_OUT
    }

    /** Width of what it maps. */
    public long in() {
        return weight.dim(layout == Layout.OUT_IN ? 1 : 0);
    }

    /** Width of the result. */
    public long out() {
        return weight.dim(layout == Layout.OUT_IN ? 0 : 1);
    }

    /** Without its bias. */
    public Linear withoutBias() {
        return new Linear(name, weight, layout, null);
    }

    /** Weights side by side, {@code [in, Σ out]}, as ONNX's MatMul takes them. */
    public static TensorData pack(List<Linear> parts) {
        Linear first = parts.getFirst();
        if (parts.size() == 1 && first.layout == Layout.IN_OUT) {
            return first.weight;
        }
        long width = parts.stream().mapToLong(Linear::out).sum();
        TensorData packed = TensorData.allocate(first.weight.dtype(), List.of(first.in(), width));
        long column = 0;
        for (Linear part : parts) {
            switch (part.layout) {
                case OUT_IN -> Transposition.into(part.weight, packed, column);
                case IN_OUT -> copyColumns(part.weight, packed, column);
            }
            column += part.out();
        }
        return packed;
    }

    /** Biases one after another, zeros where there is none; null if none has one. */
    public static @Nullable TensorData packBiases(List<Linear> parts) {
        if (parts.stream().allMatch(p -> p.bias == null)) {
            return null;
        }
        long width = parts.stream().mapToLong(Linear::out).sum();
        TensorData packed = TensorData.allocate(parts.getFirst().weight.dtype(), List.of(width));
        long at = 0;
        for (Linear part : parts) {
            if (part.bias != null) {
                packed.rows(at, at + part.out()).data().copyFrom(part.bias.data());
            }
            at += part.out();
        }
        return packed;
    }

    /** The result times a number for each of its columns, {@code [out]}. */
    public Linear scaled(TensorData factors) {
        float[] scale = factors.toFloatArray();
        TensorData scaled = TensorData.allocate(weight.dtype(), weight.shape());
        for (long i = 0; i < weight.elementCount(); i++) {
            long column = layout == Layout.OUT_IN ? i / in() : i % out();
            scaled.data()
                    .setAtIndex(TensorData.F32, i, weight.data().getAtIndex(TensorData.F32, i) * scale[(int) column]);
        }
        if (bias == null) {
            return new Linear(name, scaled, layout, null);
        }
        float[] shift = bias.toFloatArray();
        for (int i = 0; i < shift.length; i++) {
            shift[i] *= scale[i];
        }
        return new Linear(name, scaled, layout, TensorData.vector(shift));
    }

    /** The columns {@code [from, to)} of the result, such as one part of a packed projection. */
    public Linear columns(long from, long to) {
        TensorData part = bias == null ? null : bias.rows(from, to);
        if (layout == Layout.OUT_IN) {
            return new Linear(name, weight.rows(from, to), layout, part);
        }
        TensorData columns = TensorData.allocate(weight.dtype(), List.of(in(), to - from));
        long bytes = weight.dtype().byteSize(1);
        for (long row = 0; row < in(); row++) {
            MemorySegment.copy(
                    weight.data(),
                    (row * out() + from) * bytes,
                    columns.data(),
                    row * (to - from) * bytes,
                    (to - from) * bytes);
        }
        return new Linear(name, columns, layout, part);
    }

    private static void copyColumns(TensorData from, TensorData to, long column) {
        long bytes = from.dtype().byteSize(1);
        long width = from.dim(1) * bytes;
        for (long row = 0; row < from.dim(0); row++) {
            MemorySegment.copy(from.data(), row * width, to.data(), (row * to.dim(1) + column) * bytes, width);
        }
    }
}
