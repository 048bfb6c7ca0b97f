package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.error.RecipeException;
import io.sinter.merge.MergePlan.Body;
import io.sinter.merge.MergePlan.Costs;
import io.sinter.recipe.ModelEntry;
import io.sinter.recipe.OutputEntry;
import io.sinter.recipe.Recipe;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.source.SourceTable;
import io.sinter.source.TensorSource;
import io.sinter.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Opens what a recipe names, checks that it fits together, and works out what merging it takes. */
public final class MergePlanner {

    private MergePlanner() {}

    /**
     * Plans a merge; writes nothing.
     *
     * @throws io.sinter.error.SinterException if it cannot be done, with what to change
     */
    public static MergePlan plan(Recipe recipe) {
        List<ModelSource> sources =
                recipe.models().parallelStream().map(m -> open(recipe, m)).toList();
        List<SourceTable> tables =
                sources.parallelStream().map(ModelSource::table).toList();
        List<Combinations.Table> shapes = shapes(recipe, tables);
        int reference = reference(recipe, sources);
        SourceAlignment alignment = SourceAlignment.of(candidates(recipe, sources, tables), reference);
        List<PlannedSource> planned = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            planned.add(new PlannedSource(
                    recipe.models().get(i),
                    sources.get(i),
                    tables.get(i),
                    alignment.order().get(i)));
        }
        Combination combination = Combinations.of(recipe, shapes);
        Body body = body(recipe, planned);
        List<Long> widths = shapes.stream().map(Combinations.Table::width).toList();
        Combinations.requireFits(combination, widths, recipe.body() == null ? null : shapes.get(reference));
        Resolution.requireParameters(recipe, combination, widths);
        DType dtype = dtype(recipe.output(), tables.get(reference));
        long rows = shapes.get(reference).rows();
        long width = combination.outputWidth(widths);
        Costs costs = new CostEstimate(recipe.mode(), planned, rows * dtype.byteSize(width)).of(body);
        return new MergePlan(
                recipe,
                planned,
                body,
                combination,
                SentenceVectors.of(recipe, body),
                rows,
                width,
                dtype,
                costs,
                notes(recipe, body, alignment));
    }

    private static ModelSource open(Recipe recipe, ModelEntry entry) {
        Path path = ModelLocation.resolve(entry.model(), recipe.folder());
        String tensor = entry.tensor();
        return tensor == null ? ModelSource.open(path) : ModelSource.open(path, tensor);
    }

    private static List<Combinations.Table> shapes(Recipe recipe, List<SourceTable> tables) {
        List<Combinations.Table> shapes = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            SourceTable table = tables.get(i);
            shapes.add(new Combinations.Table(recipe.models().get(i).name(), table.rows(), table.width()));
        }
        return shapes;
    }

    private static List<SourceAlignment.Candidate> candidates(
            Recipe recipe, List<ModelSource> sources, List<SourceTable> tables) {
        List<SourceAlignment.Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            candidates.add(new SourceAlignment.Candidate(
                    recipe.models().get(i).name(),
                    tables.get(i).rows(),
                    tables.get(i).width(),
                    sources.get(i).companions()));
        }
        return candidates;
    }

    /** The model whose order of tokens stays: the body, else the first that is more than a bare table. */
    private static int reference(Recipe recipe, List<ModelSource> sources) {
        if (recipe.body() != null) {
            return recipe.models().stream().map(ModelEntry::name).toList().indexOf(recipe.body());
        }
        for (int i = 0; i < sources.size(); i++) {
            if (!(sources.get(i) instanceof TensorSource)) {
                return i;
            }
        }
        return 0;
    }

    private static Body body(Recipe recipe, List<PlannedSource> planned) {
        if (recipe.body() == null) {
            return new Body.None();
        }
        PlannedSource body = planned.stream()
                .filter(p -> p.name().equals(recipe.body()))
                .findFirst()
                .orElseThrow();
        return switch (body.source()) {
            case GraphSource graph -> new Body.Graph(body, graph);
            case CheckpointSource weights -> {
                Body.Weights built = new Body.Weights(body, weights);
                // Whether configuration and tensors fit is known before anything is merged.
                built.graph().read();
                yield built;
            }
            case TensorSource table ->
                throw new RecipeException(
                        "body: %s is a bare table, which has no encoder; leave out body: for a static embedding model"
                                .formatted(body.name()));
        };
    }

    private static DType dtype(OutputEntry output, SourceTable reference) {
        DType type = output.tableType();
        return type == null ? reference.data().dtype() : type;
    }

    private static List<String> notes(Recipe recipe, Body body, SourceAlignment alignment) {
        List<String> notes = new ArrayList<>(alignment.notes());
        switch (body) {
            case Body.Graph graph -> {}
            case Body.Weights weights ->
                notes.add("the body is a checkpoint: model.onnx is built of it in float32%s"
                        .formatted(
                                recipe.mode() == Recipe.Mode.BAKE
                                        ? ", and model.safetensors holds it with the merged table"
                                        : ""));
            case Body.None none -> notes.add("no body: the result is a static embedding model (lookup, masked mean)");
        }
        if (recipe.mode() == Recipe.Mode.LIVE && recipe.output().tableType() != null) {
            notes.add(
                    "mode: live: the graph looks up the parents' tables, which keep their own types; output: dtype is of the table that is compared and verified");
        }
        recipe.output()
                .optimization()
                .ifPresent(o -> notes.add("the graph is optimised for %s in %s, and compared with the full one"
                        .formatted(
                                o.target().name().toLowerCase(Locale.ROOT),
                                o.dtype().label())));
        @Nullable String untrained = Resolution.untrainedNote(recipe);
        if (untrained != null) {
            notes.add(untrained);
        }
        return notes;
    }
}
