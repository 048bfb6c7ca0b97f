package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Heads;
import io.sinter.onnx.op.MicrosoftOps.Masking;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.AttentionReading.HiddenRows;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Multi-head attention to {@code Attention}, which projects queries, keys and values with one packed weight, or, where
 * they are no projections of one input, to {@code MultiHeadAttention}. A candidate is each softmax between two matrix
 * products.
 *
 * <p>The mask stays the graph's own. Where it is a padding mask of 0 and 1, however it is computed, the operator reads that
 * and adds to hidden keys what the graph adds; any other mask or bias is handed over as it is.
 */
public final class AttentionFusion implements Fusion {

    /** How far the usual scale may be off in a graph: float32's rounding, a few times over. */
    private static final double ROUNDING = 1e-6;

    @Override
    public String name() {
        return "fuse-attention";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.ATTENTION);
        int present = rewrite.present("", "Attention")
                + rewrite.present(
                        MicrosoftOps.DOMAIN, "Attention", "MultiHeadAttention", "GroupQueryAttention", "QAttention");
        PackedProjections projections = new PackedProjections();
        MaskInputs masks = new MaskInputs();
        for (Node softmax : rewrite.nodes("", "Softmax")) {
            if (!AttentionReading.isCandidate(softmax)) {
                continue;
            }
            try {
                AttentionReading attention = AttentionReading.of(model.graph(), softmax);
                MicrosoftOps ops = rewrite.microsoftBefore(attention.output());
                rewrite.replace(attention.output(), emit(ops, attention, projections, masks));
            } catch (Unfit unfit) {
                rewrite.refuse(softmax, unfit.reason());
            }
        }
        return rewrite.count(present);
    }

    private static Value emit(
            MicrosoftOps ops, AttentionReading attention, PackedProjections projections, MaskInputs masks)
            throws Unfit {
        Scores scores = attention.scores();
        HeadSplit queries = scores.queries();
        double usual = 1 / Math.sqrt((double) queries.width());
        boolean isUsual = Math.abs(scores.scale() - usual) <= ROUNDING * usual;
        MaskInputs.Masked masked = masks.of(ops.ops(), attention);
        Heads heads = new Heads(queries.heads(), isUsual ? null : (float) scores.scale(), masked.direction());
        Masking masking = masked.masking();
        Optional<PackedProjections.Packed> packed = projections.of(ops.ops(), attention);
        Value output = packed.isPresent()
                ? ops.attention(
                        packed.get().x(), packed.get().weight(), packed.get().bias(), masking, heads)
                : ops.multiHeadAttention(
                        queries.joined(ops.ops()),
                        scores.keys().joined(ops.ops()),
                        attention.values().joined(ops.ops()),
                        masking,
                        heads);
        return attention.hiddenRows() == HiddenRows.ZERO && mayHideRows(masking) ? zeroed(ops.ops(), output) : output;
    }

    private static boolean mayHideRows(Masking masking) {
        return masking.bias() != null || (masking.mask() != null && Double.isInfinite(masking.filter()));
    }

    /** Weights that are all 0 leave 0: the guard may as well stand behind the values. */
    private static Value zeroed(Ops ops, Value output) {
        DType dtype = Objects.requireNonNull(output.type()).dtype();
        Value zero = ops.constant("zero", TensorData.allocate(dtype, List.of()));
        return ops.where(ops.apply("IsNaN", List.of(output), Map.of()), zero, output);
    }
}
