package io.sinter.ensemble;

import io.sinter.combine.Combination;
import io.sinter.onnx.ir.TensorType;
import io.sinter.pooling.Normalization;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.recipe.Recipe;
import io.sinter.source.InputSet;
import io.sinter.tokenizer.TokenizerJson;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What merging encoders takes: everything is known but the numbers of fitted parameters.
 *
 * @param recipe as it was read
 * @param branches the encoders in the recipe's order
 * @param sets how texts are read, the first one first; empty where no encoder reads texts
 * @param tokenizers of the sets, by their paths in an output directory
 * @param combination how the branches' vectors become one
 * @param width of the result
 * @param costs what it takes
 * @param notes what a user should know
 */
public record EnsemblePlan(
        Recipe recipe,
        List<Branch> branches,
        List<InputSet> sets,
        Map<String, TokenizerJson> tokenizers,
        Combination combination,
        long width,
        Costs costs,
        List<String> notes) {

    /**
     * About what it costs.
     *
     * @param bytesRead of the models
     * @param bytesWritten of the graph, if nothing is in it twice
     */
    public record Costs(long bytesRead, long bytesWritten) {}

    /** Copies lists and map. */
    public EnsemblePlan {
        branches = List.copyOf(branches);
        sets = List.copyOf(sets);
        tokenizers = Map.copyOf(tokenizers);
        notes = List.copyOf(notes);
    }

    /** Which vectors are combined. */
    public Level level() {
        return recipe.combine().level();
    }

    /** Whether the result's sentence vectors have length 1; as the combination leaves them if the recipe does not say. */
    public Normalization normalization() {
        Boolean wish = recipe.output().normalize();
        return wish != null && wish ? Normalization.UNIT_LENGTH : Normalization.NONE;
    }

    /** Whether it reads texts and pictures, either of which may be absent. */
    public boolean readsPictures() {
        return branches.stream().anyMatch(ImageBranch.class::isInstance);
    }

    /** All files of the models. */
    List<Path> files() {
        return branches.stream().flatMap(b -> b.source().files().stream()).toList();
    }

    /** Widths of the branches' vectors, in order. */
    public List<Long> widths() {
        return branches.stream().map(Branch::width).toList();
    }

    /** The tokenizer of a set. */
    public TokenizerJson tokenizer(InputSet set) {
        return Objects.requireNonNull(tokenizers.get(set.tokenizer()));
    }

    /** Types of the graph's inputs by name, in order. */
    Map<String, TensorType> inputs() {
        Map<String, TensorType> types = new LinkedHashMap<>();
        for (InputSet set : sets) {
            TensorType type = TextPorts.type(TextPorts.sequence(set));
            set.inputs().values().forEach(input -> types.put(input, type));
            if (set.spans() != null) {
                types.put(set.spans(), TextPorts.SPANS);
            }
        }
        branches.stream().flatMap(b -> b.inputs().stream()).forEach(i -> types.putIfAbsent(i.shared(), i.type()));
        if (readsPictures()) {
            types.replaceAll((name, type) -> Presence.readBy(type));
            types.put(Presence.TEXTS, Presence.TYPE);
            types.put(Presence.IMAGES, Presence.TYPE);
        }
        return types;
    }
}
