package io.sinter.ensemble;

import io.sinter.combine.Combination;
import io.sinter.ensemble.EnsemblePlan.Costs;
import io.sinter.ensemble.TextSets.Opened;
import io.sinter.ensemble.TextSets.Planned;
import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.hub.Wanted;
import io.sinter.merge.Combinations;
import io.sinter.merge.ModelLocation;
import io.sinter.merge.RecipeParameters;
import io.sinter.probe.ProbeInput;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.recipe.FitEntry;
import io.sinter.recipe.ModelEntry;
import io.sinter.recipe.OutputEntry;
import io.sinter.recipe.Recipe;
import io.sinter.source.InputSet;
import io.sinter.source.ModelSource;
import io.sinter.source.OtherTokenizer;
import io.sinter.source.SentenceTransformers;
import io.sinter.tensor.ScratchMemory;
import io.sinter.tokenizer.TokenizerJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens the encoders that a recipe names, finds out what they read and make, and how it fits together. */
public final class EnsemblePlanner {

    private EnsemblePlanner() {}

    /** Plans a merge of models from where they {@linkplain ModelLocation#standard usually are}; writes nothing. */
    public static EnsemblePlan plan(Recipe recipe) {
        return plan(recipe, ModelLocation.standard());
    }

    /**
     * Plans a merge; writes nothing.
     *
     * @param recipe whose vectors are combined at the level of tokens or of sentences
     * @param locations finds the models, and downloads what is not there
     * @throws io.sinter.error.SinterException if it cannot be done, with what to change
     * @throws IllegalArgumentException if the recipe is of merged tables
     */
    public static EnsemblePlan plan(Recipe recipe, ModelLocation locations) {
        if (!recipe.combinesEncoders()) {
            throw new IllegalArgumentException("a recipe for tables: MergePlanner plans it");
        }
        requireOneVector(recipe);
        List<TextEncoder> encoders = new ArrayList<>();
        Map<String, ImageBranch> pictures = new LinkedHashMap<>();
        for (ModelEntry entry : recipe.models()) {
            requireName(entry);
            Path path = locations.find(entry.model(), recipe.folder(), Wanted.GRAPH);
            ModelSource source = open(path);
            if (ImageEncoder.isMeant(entry, source)) {
                pictures.put(entry.name(), ImageBranch.of(new ImageEncoder(entry, source)));
            } else {
                encoders.add(new TextEncoder(entry, source, recipe.combine().level()));
            }
        }
        ImageBranches.require(recipe, encoders.size(), List.copyOf(pictures.values()));
        TextSets texts = new TextSets(recipe.combine().level());
        encoders.parallelStream()
                .map(encoder -> ScratchMemory.duringCheck(() -> Opened.of(encoder)))
                .toList()
                .forEach(texts::add);
        return plan(recipe, pictures, texts.planned());
    }

    private static EnsemblePlan plan(Recipe recipe, Map<String, ImageBranch> pictures, List<Planned> sets) {
        List<Branch> branches = new ArrayList<>();
        for (ModelEntry entry : recipe.models()) {
            sets.stream()
                    .flatMap(set -> set.branches().stream())
                    .filter(branch -> branch.name().equals(entry.name()))
                    .forEach(branches::add);
            Optional.ofNullable(pictures.get(entry.name())).ifPresent(branches::add);
        }
        List<Long> widths = branches.stream().map(Branch::width).toList();
        Combination combination = Combinations.of(
                recipe,
                branches.stream()
                        .map(b -> Combinations.Vectors.ofEncoder(b.name(), b.width()))
                        .toList());
        RecipeParameters.require(recipe, combination, widths);
        FitTexts.require(recipe);
        LearnedClassifier.require(recipe, pictures.isEmpty() ? ProbeInput.TEXTS : ProbeInput.PAIRS);
        Map<String, TokenizerJson> tokenizers = new LinkedHashMap<>();
        sets.forEach(set -> tokenizers.putIfAbsent(set.set().tokenizer(), set.tokenizer()));
        List<InputSet> read = sets.stream().map(Planned::set).toList();
        return new EnsemblePlan(
                recipe,
                branches,
                read,
                tokenizers,
                combination,
                combination.outputWidth(widths),
                costs(branches),
                notes(recipe, branches));
    }

    /** What is made of one vector of a text needs one. */
    private static void requireOneVector(Recipe recipe) {
        OutputEntry output = recipe.output();
        if (recipe.combine().level() == Level.TOKEN && output.pooling() == null) {
            if (output.normalize() != null) {
                throw new RecipeException(
                        "output: normalize needs pooling: it is the pooled vector that is normalised");
            }
            if (output.classifier() != null) {
                throw new RecipeException(
                        "output: classifier needs pooling at level token: it stands on one vector of a text");
            }
        }
    }

    /** A model's name begins the names of its nodes and of its inputs, and may be that of a folder. */
    private static void requireName(ModelEntry entry) {
        if (!OtherTokenizer.isName(entry.name())) {
            throw new RecipeException(
                    "models: name \"%s\": expected letters, digits, points, dashes and underlines, a letter or digit first, as inputs of the graph are named after it; give name:"
                            .formatted(entry.name()));
        }
        if (entry.tensor() != null) {
            throw new RecipeException(
                    "models: %s: tensor: is of tables, but encoders are combined; remove it".formatted(entry.name()));
        }
    }

    private static ModelSource open(Path path) {
        ModelSource source = ModelSource.open(path);
        if (!source.companions().otherTokenizers().isEmpty()
                || !source.companions().inputSets().isEmpty()) {
            throw new UnsupportedException(
                    "%s: it reads texts in several ways itself, as its sinter.json says: name the models that it was made of"
                            .formatted(path));
        }
        return source;
    }

    private static Costs costs(List<Branch> branches) {
        long bytes = branches.stream()
                .flatMap(b -> b.source().weightFiles().stream())
                .distinct()
                .mapToLong(EnsemblePlanner::size)
                .sum();
        return new Costs(bytes, branches.stream().mapToLong(Branch::bytes).sum());
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> notes(Recipe recipe, List<Branch> branches) {
        List<String> notes = new ArrayList<>();
        for (Branch branch : branches) {
            branch.source().notes().forEach(note -> notes.add(branch.name() + ": " + note));
            Map<String, String> prompts = branch.source()
                    .companions()
                    .sentenceTransformers()
                    .map(SentenceTransformers::prompts)
                    .orElse(Map.of());
            if (branch.entry().prompt() == null && !prompts.isEmpty()) {
                notes.add("%s: its files name prompts (%s), of which none is used; give prompt: to the model to use one"
                        .formatted(branch.name(), prompts));
            }
        }
        FitEntry fit = recipe.fit();
        if (fit != null) {
            notes.add("what is fitted is fitted on %,d texts of %s"
                    .formatted(FitTexts.of(recipe, fit).size(), fit.texts()));
        }
        @Nullable String untrained = RecipeParameters.untrainedNote(recipe);
        if (untrained != null) {
            notes.add(untrained);
        }
        return notes;
    }
}
