package io.sinter.merge;

import io.sinter.bake.Live;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Model;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.StaticEmbedding;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;

/** Static embedding models of merged tables. */
final class StaticModels {

    private StaticModels() {}

    /** Lookup in the merged table, or live in all tables, then pooling. */
    static Model of(MergePlan plan, MergedTable merged) {
        SentenceVectors sentences = plan.sentences();
        Pooling pooling = sentences.pooling() == null ? Pooling.MEAN : sentences.pooling();
        Normalization normalization = sentences.normalization();
        Model model = switch (plan.recipe().mode()) {
            case BAKE -> StaticEmbedding.of(table(plan, merged), pooling, normalization);
            case LIVE ->
                StaticEmbedding.of(
                        (ops, ids) -> Live.lookup(ops, merged.live(), ids, DType.FLOAT), pooling, normalization);
        };
        Verifier.verifyOrThrow(model, "static embedding model");
        return model;
    }

    /** The merged table, which may still be growing where the graph is only written. */
    private static TensorData table(MergePlan plan, MergedTable merged) {
        return plan.recipe().output().optimization().isEmpty()
                ? merged.growing().unfinished()
                : merged.table();
    }
}
