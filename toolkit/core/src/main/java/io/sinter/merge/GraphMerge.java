package io.sinter.merge;

import io.sinter.bake.Bake;
import io.sinter.bake.GrowingTable;
import io.sinter.file.TemporaryFolder;
import io.sinter.merge.MergePlan.Body;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.progress.Progress;
import io.sinter.recipe.Recipe;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.StoredTable;
import io.sinter.source.TiedProjection;
import io.sinter.source.TiedProjections;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;

/** Makes the graph of a merge: the body's with another table, or a static embedding model. */
final class GraphMerge {

    private GraphMerge() {}

    /**
     * The body's graph with the merged table, or with the combination in place of its lookup. Where nothing but the
     * table's elements changes, the rest of the graph is left exactly as it is; where nodes are added, it is raised to
     * the emitted opset first.
     */
    static Model model(MergePlan plan, BodyGraph body, MergedTable made) {
        Model model = body.read();
        EmbeddingTable table = body.table(model);
        List<TiedProjection> tied = TiedProjections.find(model.graph(), table);
        TensorData growing = made.growing().unfinished();
        DType type = plan.recipe().output().tableType() != null ? growing.dtype() : body.tableType(growing.dtype());
        boolean live = plan.recipe().mode() == Recipe.Mode.LIVE;
        boolean addsNodes =
                live || plan.sentences().where() == SentenceVectors.Where.IN_GRAPH || changesType(table, type);
        // Where nothing reads its elements before they are written, the table may still be growing.
        boolean isOnlyWritten = type == growing.dtype()
                && !addsNodes
                && plan.recipe().output().optimization().isEmpty()
                && tied.stream().allMatch(TiedProjection::sharesWeight);
        TensorData merged = isOnlyWritten ? growing : Conversion.convert(made.table(), type);
        if (addsNodes) {
            Pipeline.PREPARE.run(model);
            table = body.table(model);
            tied = TiedProjections.find(model.graph(), table);
        }
        if (live) {
            // Heads first: lookups reuse the body's table, which a tied head's weight no longer is then.
            BakedTable.putInHeads(model.graph(), model.opset(), table, tied, merged);
            LiveTable.splice(model, table, made.live());
        } else {
            BakedTable.put(model.graph(), model.opset(), table, tied, merged);
        }
        BodyHeads.put(model.graph(), table, tied, made.heads(), plan.rows());
        plan.sentences().head().ifPresent(head -> head.append(model));
        if (addsNodes) {
            Pipeline.CLEAN.run(model);
        }
        Verifier.verifyOrThrow(model, "merged graph");
        return model;
    }

    private static boolean changesType(EmbeddingTable table, DType merged) {
        return switch (table.stored()) {
            case StoredTable.Plain plain -> plain.elements().dtype() != merged;
            case StoredTable.Quantized quantized -> true;
        };
    }

    /**
     * The graph of the same merge, in memory and in the given mode; what {@link OutputVerification} compares with.
     */
    static Model again(Recipe recipe, Recipe.Mode mode, Bake bake) {
        try (TemporaryFolder folder = TemporaryFolder.create();
                MergedBody body = MergedBody.of(
                        MergePlanner.plan(recipe.withMode(mode)), folder.path().resolve("body"), Progress.NONE)) {
            return inMemory(body.plan(), bake);
        }
    }

    private static Model inMemory(MergePlan plan, Bake bake) {
        List<CompleteTable> tables = Completion.of(plan, Progress.NONE);
        Resolution.Resolved resolved =
                Resolution.of(plan, tables.stream().map(CompleteTable::table).toList());
        MergedTable.Parts parts = MergedTable.Parts.of(plan, tables, resolved);
        TensorData table = bake.table(parts.combined(), plan.dtype());
        MergedTable merged = parts.with(GrowingTable.complete(table), Progress.NONE);
        return switch (plan.body()) {
            case Body.Graph graph -> model(plan, graph.graph(), merged);
            case Body.Weights weights -> model(plan, weights.graph(), merged);
            case Body.New fresh -> model(plan, fresh.graph(), merged);
            case Body.None none -> StaticModels.of(plan, merged);
        };
    }
}
