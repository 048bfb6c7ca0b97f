package io.sinter.ensemble;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which rows of a batch have a text, and which a picture. Encoders run on what is there alone ({@code input_ids}
 * {@code [texts, sequence]}, {@code pixel_values} {@code [images, …]}, either of which may have no rows), and their vectors
 * are put into the rows that are marked, in order; the other rows are zero.
 */
final class Presence {

    /** BOOL {@code [batch]}: as many are true as {@code input_ids} has rows. */
    static final String TEXTS = "text_present";

    /** BOOL {@code [batch]}: as many are true as {@code pixel_values} has rows. */
    static final String IMAGES = "image_present";

    /** Type of either. */
    static final TensorType TYPE = new TensorType(DType.BOOL, Shape.of(Dim.of("batch")));

    private Presence() {}

    /** The type of an input of encoders that run on what is there alone: of as many texts, not of the batch. */
    static TensorType readBy(TensorType type) {
        Shape shape = type.shape();
        if (shape == null || !shape.dim(0).equals(Dim.of("batch"))) {
            return type;
        }
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.set(0, Dim.of("texts"));
        return new TensorType(type.dtype(), new Shape(dims));
    }

    /**
     * Gives extents names of their own: encoders that run on different numbers of rows may both call theirs {@code batch},
     * and ONNX Runtime lets values of one name share memory.
     */
    static void separate(Graph graph, String prefix) {
        for (Value value : graph.values()) {
            TensorType type = value.type();
            Shape shape = type == null ? null : type.shape();
            if (type != null && shape != null) {
                List<Dim> dims = shape.dims().stream()
                        .map(dim -> dim instanceof Dim.Symbol(String name) ? Dim.of(prefix + name) : dim)
                        .toList();
                value.setType(new TensorType(type.dtype(), new Shape(dims)));
            }
        }
    }

    /** The input that says which rows a branch has something for. */
    static String of(Branch branch) {
        return switch (branch) {
            case TextBranch text -> TEXTS;
            case ImageBranch image -> IMAGES;
        };
    }

    /**
     * Puts vectors into their rows: row r gets number (how many before r are present) of the vectors, or the row of zeros
     * that is put behind them.
     *
     * @param vectors float32 {@code [P, d]}
     * @param present BOOL {@code [B]}
     * @return float32 {@code [B, d]}
     */
    static Value rows(Ops ops, Value vectors, Value present, long width) {
        Value axis = ops.constant(TensorData.scalar(0L));
        Value one = ops.constant(TensorData.scalar(1L));
        Value counts = ops.apply("CumSum", List.of(ops.cast(present, DType.INT64), axis), Map.of());
        Value zeros = ops.constant("absent", TensorData.of(List.of(1L, width), new float[(int) width]));
        Value all = ops.concat(0, List.of(vectors, zeros));
        Value last = ops.gather(ops.shape(vectors), ops.constant(TensorData.scalar(0L)), 0);
        Value rows = ops.gather(all, ops.where(present, ops.sub(counts, one), last), 0);
        rows.setType(new TensorType(DType.FLOAT, Shape.of(Dim.of("batch"), Dim.of(width))));
        return rows;
    }
}
