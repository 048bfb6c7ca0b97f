package io.sinter.merge;

import io.sinter.bake.Bake;
import io.sinter.bake.CombinedTable;
import io.sinter.merge.MergePlan.Body;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.parameters.Parameters;
import io.sinter.recipe.Recipe;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.StoredTable;
import io.sinter.source.TiedProjection;
import io.sinter.source.TiedProjections;
import io.sinter.tensor.Conversion;
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
    static Model model(MergePlan plan, BodyGraph body, CombinedTable combined, TensorData baked) {
        Model model = body.read();
        TensorData merged = plan.recipe().output().tableType() == null
                ? Conversion.convert(baked, body.tableType(baked.dtype()))
                : baked;
        boolean live = plan.recipe().mode() == Recipe.Mode.LIVE;
        boolean addsNodes =
                live || plan.sentences().where() == SentenceVectors.Where.IN_GRAPH || changesType(model, body, merged);
        if (addsNodes) {
            Pipeline.PREPARE.run(model);
        }
        EmbeddingTable table = body.table(model);
        List<TiedProjection> tied = TiedProjections.find(model.graph(), table);
        if (live) {
            LiveTable.splice(model, table, combined);
            BakedTable.putInHeads(model.graph(), model.opset(), table, tied, merged);
        } else {
            BakedTable.put(model.graph(), model.opset(), table, tied, merged);
        }
        plan.sentences().head().ifPresent(head -> head.append(model));
        if (addsNodes) {
            Pipeline.CLEAN.run(model);
        }
        Verifier.verifyOrThrow(model, "merged graph");
        return model;
    }

    private static boolean changesType(Model model, BodyGraph body, TensorData merged) {
        return switch (body.table(model).stored()) {
            case StoredTable.Plain plain -> plain.elements().dtype() != merged.dtype();
            case StoredTable.Quantized quantized -> true;
        };
    }

    /**
     * The graph of the same merge, in memory and in the given mode; what {@link OutputVerification} compares with.
     */
    static Model again(Recipe recipe, Recipe.Mode mode, Bake bake) {
        MergePlan plan = MergePlanner.plan(recipe.withMode(mode));
        List<TensorData> aligned =
                plan.sources().stream().map(s -> s.alignedTable(plan.rows())).toList();
        Parameters parameters = Resolution.of(plan, aligned);
        CombinedTable combined = new CombinedTable(plan.combination(), parameters.tensors(), aligned);
        TensorData merged = bake.table(combined, plan.dtype());
        return switch (plan.body()) {
            case Body.Graph graph -> model(plan, graph.graph(), combined, merged);
            case Body.Weights weights -> model(plan, weights.graph(), combined, merged);
            case Body.New fresh -> model(plan, fresh.graph(), combined, merged);
            case Body.None none -> StaticModels.of(plan, combined, merged);
        };
    }
}
