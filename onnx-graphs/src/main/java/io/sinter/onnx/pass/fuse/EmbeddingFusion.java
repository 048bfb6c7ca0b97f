package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Norm;
import io.sinter.onnx.op.MicrosoftOps.Tables;
import io.sinter.onnx.op.MicrosoftOps.Tokens;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Word, position and token-type rows, their sum and its norm to {@code EmbedLayerNormalization}. A candidate is each layer
 * norm of a sum in which all terms are rows of constant tables. Positions 0, 1, 2, … need no input; a table of which one
 * row is read everywhere is added to the positions' once.
 */
public final class EmbeddingFusion implements Fusion {

    @Override
    public String name() {
        return "fuse-embedding";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.EMBEDDING);
        int present = rewrite.present(MicrosoftOps.DOMAIN, "EmbedLayerNormalization");
        for (Node norm : rewrite.nodes("", "LayerNormalization")) {
            if (!EmbeddingReading.isCandidate(norm)) {
                continue;
            }
            try {
                fuse(rewrite, norm, EmbeddingReading.of(norm));
            } catch (Unfit unfit) {
                rewrite.refuse(norm, unfit.reason());
            }
        }
        return rewrite.count(present);
    }

    private static void fuse(Rewrite rewrite, Node norm, EmbeddingReading reading) {
        MicrosoftOps ops = rewrite.microsoftBefore(norm.output());
        Tokens tokens = new Tokens(
                integer(ops.ops(), reading.words().indices()),
                reading.segments() == null
                        ? null
                        : integer(ops.ops(), reading.segments().indices()),
                reading.countsPositions()
                        ? null
                        : integer(ops.ops(), reading.positions().indices()));
        Tables tables = new Tables(
                reading.words().table(),
                reading.positionTable(ops.ops()),
                reading.segments() == null ? null : reading.segments().table());
        Norm parameters = new Norm(
                Objects.requireNonNull(norm.input(1)),
                Objects.requireNonNull(norm.input(2)),
                norm.floatAttribute("epsilon", 1e-5f));
        rewrite.replace(
                norm.output(),
                ops.embedLayerNormalization(tokens, tables, parameters, null).output());
    }

    private static Value integer(Ops ops, Value indices) {
        boolean is = Objects.requireNonNull(indices.type()).dtype() == DType.INT32;
        return is ? indices : ops.cast(indices, DType.INT32);
    }

    /** Rows of a table that are read, one for each index. */
    record Lookup(Value table, Value indices, @Nullable Element place) {}
}
