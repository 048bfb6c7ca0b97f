package io.sinter.merge;

import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.combine.Combination;
import io.sinter.combine.ContextCombiner;
import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.hub.Wanted;
import io.sinter.merge.MergePlan.Body;
import io.sinter.merge.MergePlan.Costs;
import io.sinter.recipe.BodyEntry;
import io.sinter.recipe.ModelEntry;
import io.sinter.recipe.OutputEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.VocabularyEntry;
import io.sinter.source.CheckpointSource;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.source.SourceTable;
import io.sinter.source.TensorSource;
import io.sinter.source.WordVectorsSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.ScratchMemory;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens what a recipe names, checks that it fits together, and works out what merging it takes. */
public final class MergePlanner {

    private MergePlanner() {}

    /** Plans a merge of models from where they {@linkplain ModelLocation#standard usually are}; writes nothing. */
    public static MergePlan plan(Recipe recipe) {
        return plan(recipe, ModelLocation.standard());
    }

    /**
     * Plans a merge; writes nothing.
     *
     * @param locations finds the models, and downloads what is not there
     * @throws io.sinter.error.SinterException if it cannot be done, with what to change
     */
    public static MergePlan plan(Recipe recipe, ModelLocation locations) {
        if (recipe.combinesEncoders()) {
            throw new IllegalArgumentException("a recipe for encoders: EnsemblePlanner plans it");
        }
        Map<ModelEntry, Path> paths = new HashMap<>();
        for (ModelEntry model : recipe.models()) {
            paths.put(model, locations.find(model.model(), recipe.folder(), Wanted.CHECKPOINT));
        }
        List<ModelSource> sources = recipe.models().parallelStream()
                .map(m -> open(m, Objects.requireNonNull(paths.get(m))))
                .toList();
        List<SourceTable> tables =
                sources.parallelStream().map(ModelSource::table).toList();
        List<Combinations.Vectors> shapes = shapes(recipe, tables);
        int reference = reference(recipe, sources);
        VocabularyPlan vocabulary = vocabulary(recipe, sources, tables, reference);
        List<PlannedSource> planned = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            planned.add(new PlannedSource(
                    recipe.models().get(i),
                    sources.get(i),
                    tables.get(i),
                    vocabulary.sources().get(i)));
        }
        Combination combination = Combinations.of(recipe, shapes);
        List<Long> widths = shapes.stream().map(Combinations.Vectors::width).toList();
        Optional<CheckpointPlan> merge = MergedBody.plan(recipe, locations);
        Extents extents = new Extents(vocabulary.rows(), combination.outputWidth(widths));
        Body body = merge.isPresent()
                ? MergedBody.planned(merge.get(), planned.get(reference))
                : body(recipe, planned, extents);
        Combinations.requireFits(combination, widths, recipe.bodyModel().isPresent() ? shapes.get(reference) : null);
        RecipeParameters.require(recipe, combination, widths);
        requireWords(recipe, planned.get(reference));
        DType dtype = dtype(recipe.output(), tables.get(reference));
        long width = combination.outputWidth(widths);
        Costs costs = new CostEstimate(recipe.mode(), planned, vocabulary.rows() * dtype.byteSize(width))
                .of(body)
                .withWritten(
                        recipe.output().wordVectors() == null
                                ? 0
                                : vocabulary.rows() * width * TableWords.BYTES_OF_A_NUMBER)
                .withScratch(merge.map(CheckpointPlan::bytesWritten).orElse(0L));
        return new MergePlan(
                recipe,
                planned,
                body,
                merge,
                combination,
                SentenceVectors.of(recipe, body),
                vocabulary,
                width,
                dtype,
                costs,
                notes(recipe, body, planned, vocabulary));
    }

    private static ModelSource open(ModelEntry entry, Path path) {
        String tensor = entry.tensor();
        return tensor == null ? ModelSource.open(path) : ModelSource.open(path, tensor);
    }

    private static List<Combinations.Vectors> shapes(Recipe recipe, List<SourceTable> tables) {
        List<Combinations.Vectors> shapes = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            SourceTable table = tables.get(i);
            shapes.add(Combinations.Vectors.ofTable(recipe.models().get(i).name(), table.rows(), table.width()));
        }
        return shapes;
    }

    private static VocabularyPlan vocabulary(
            Recipe recipe, List<ModelSource> sources, List<SourceTable> tables, int reference) {
        VocabularyEntry entry = recipe.vocabulary();
        if (entry == null) {
            return SourceAlignment.of(candidates(recipe, sources, tables), reference);
        }
        OtherTokens.check(recipe, sources, reference);
        List<VocabularyPlanner.Named> found = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            String name = recipe.models().get(i).name();
            found.add(new VocabularyPlanner.Named(
                    name, SourceTokens.of(name, tables.get(i).rows(), sources.get(i))));
        }
        Optional<ModelConfig> body = recipe.bodyModel().isPresent()
                ? sources.get(reference).companions().config()
                : Optional.empty();
        return VocabularyPlanner.plan(recipe, found, reference, body);
    }

    private static List<SourceAlignment.Candidate> candidates(
            Recipe recipe, List<ModelSource> sources, List<SourceTable> tables) {
        List<SourceAlignment.Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            candidates.add(new SourceAlignment.Candidate(
                    recipe.models().get(i).name(),
                    tables.get(i).rows(),
                    tables.get(i).width(),
                    sources.get(i)));
        }
        return candidates;
    }

    /** The model whose order of tokens stays: the body, else the first that is more than a bare table. */
    private static int reference(Recipe recipe, List<ModelSource> sources) {
        if (recipe.bodyModel().isPresent()) {
            return recipe.models().stream()
                    .map(ModelEntry::name)
                    .toList()
                    .indexOf(recipe.bodyModel().get());
        }
        for (int i = 0; i < sources.size(); i++) {
            if (!(sources.get(i) instanceof TensorSource)) {
                return i;
            }
        }
        return 0;
    }

    /** Rows and width of the merged table. */
    private record Extents(long rows, long width) {}

    private static Body body(Recipe recipe, List<PlannedSource> planned, Extents merged) {
        return switch (recipe.body()) {
            case null -> new Body.None();
            case BodyEntry.New entry -> newBody(recipe, entry, merged);
            case BodyEntry.Model(String name) -> {
                PlannedSource own = planned.stream()
                        .filter(p -> p.name().equals(name))
                        .findFirst()
                        .orElseThrow();
                yield ofModel(own, own.source());
            }
            case BodyEntry.Merged other -> throw new IllegalStateException("a merged body is planned as that");
        };
    }

    private static Body newBody(Recipe recipe, BodyEntry.New entry, Extents merged) {
        ModelConfig config = ModelConfig.read(recipe.folder().resolve(entry.config()));
        BodyGraph.Drawn graph = new BodyGraph.Drawn(config, entry.seed());
        BodyGraph.Drawn.Fresh fresh = graph.draw();
        EmbeddingTable table = graph.table(fresh.model());
        if (table.rows() != merged.rows() || table.width() != merged.width()) {
            throw new IncompatibleException(
                    "%s: its embedding table is [%d, %d], but the merged one is [%d, %d]: set vocab_size and the width of embeddings (hidden_size, or embedding_size where the family has it) to them"
                            .formatted(config.file(), table.rows(), table.width(), merged.rows(), merged.width()));
        }
        long parameters = fresh.weights().values().stream()
                .mapToLong(TensorData::elementCount)
                .sum();
        return new Body.New(config, entry.seed(), parameters);
    }

    /** A body of these weights, in the place of one of the recipe's models. */
    static Body ofModel(PlannedSource body, ModelSource source) {
        return switch (source) {
            case GraphSource graph -> new Body.Graph(body, graph);
            case CheckpointSource weights -> {
                Body.Weights built = new Body.Weights(body, weights);
                // Whether configuration and tensors fit is known before anything is merged.
                ScratchMemory.duringCheck(() -> built.graph().read().graph().name());
                yield built;
            }
            case WordVectorsSource words ->
                throw new RecipeException(
                        "body: %s is word vectors, which have no encoder; leave out body: for a static embedding model"
                                .formatted(body.name()));
            case TensorSource table ->
                throw new RecipeException(
                        "body: %s is a bare table, which has no encoder; leave out body: for a static embedding model"
                                .formatted(body.name()));
        };
    }

    private static void requireWords(Recipe recipe, PlannedSource reference) {
        if (recipe.output().wordVectors() != null && !reference.source().hasTokenizer()) {
            throw new RecipeException(
                    "output: word_vectors needs a tokenizer, from which words are known, but %s has none"
                            .formatted(reference.name()));
        }
    }

    private static DType dtype(OutputEntry output, SourceTable reference) {
        DType type = output.tableType();
        return type == null ? reference.data().dtype() : type;
    }

    private static List<String> notes(
            Recipe recipe, Body body, List<PlannedSource> planned, VocabularyPlan vocabulary) {
        List<String> notes = new ArrayList<>(vocabulary.notes());
        notes.addAll(OtherTokens.notes(recipe, vocabulary.owner()));
        planned.forEach(p -> p.source().notes().forEach(note -> notes.add(p.name() + ": " + note)));
        switch (body) {
            case Body.Graph graph -> {}
            case Body.Weights weights ->
                notes.add("the body is a checkpoint: model.onnx is built of it in float32%s"
                        .formatted(
                                recipe.mode() == Recipe.Mode.BAKE
                                        ? ", and model.safetensors holds it with the merged table"
                                        : ""));
            case Body.New fresh ->
                notes.add(
                        "the body is new: all but the merged table is drawn with seed %d, so that it has to be trained before it is of use"
                                .formatted(fresh.seed()));
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
        if (recipe.combine().combiner() instanceof ContextCombiner context) {
            notes.add(
                    "%s reads whole texts: heads that share the table, and comparisons of rows, take what it makes of texts of one token"
                            .formatted(context.method()));
        }
        @Nullable String untrained = RecipeParameters.untrainedNote(recipe);
        if (untrained != null) {
            notes.add(untrained);
        }
        return notes;
    }
}
