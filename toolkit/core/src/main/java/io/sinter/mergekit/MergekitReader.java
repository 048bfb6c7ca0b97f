package io.sinter.mergekit;

import io.sinter.error.RecipeException;
import io.sinter.recipe.TrainEntry;
import io.sinter.recipe.Yaml;
import io.sinter.recipe.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;

/**
 * Reads recipes in mergekit's language, as its documentation describes it. Keys that are not supported are errors that
 * name them.
 *
 * @see <a href="https://github.com/arcee-ai/mergekit#merge-configuration">mergekit: merge configuration</a>
 * @see <a href="https://github.com/arcee-ai/mergekit/blob/main/docs/multimerge.md">recipes of several documents</a>
 */
public final class MergekitReader {

    private static final List<String> MARKS = List.of("merge_method", "slices", "modules");

    /** Sinter's own key, of any document. */
    private static final String TRAIN = "train";

    private MergekitReader() {}

    /** Whether a text is a recipe for whole models, which one of its keys says; what is no YAML at all is not. */
    public static boolean recognizes(String text) {
        try {
            return YamlReader.documents("recipe", text).stream()
                    .anyMatch(d -> d instanceof Yaml.Mapping mapping
                            && MARKS.stream().anyMatch(mark -> mapping.get(mark) != null));
        } catch (RecipeException e) {
            return false;
        }
    }

    /**
     * Reads a recipe from a file.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws RecipeException if it is no recipe, with line and key
     */
    public static MergekitRecipe read(Path file) {
        return parse(file, YamlReader.text(file));
    }

    /** Reads a recipe from a text; {@code file} is where relative paths start from, and named in messages. */
    public static MergekitRecipe parse(Path file, String text) {
        List<Yaml> documents = YamlReader.documents(String.valueOf(file.getFileName()), text);
        List<MergeStage> stages = documents.stream()
                .map(MergekitReader::withoutTraining)
                .map(StageReader::read)
                .toList();
        List<Yaml> trainings = documents.stream()
                .map(document -> document instanceof Yaml.Mapping mapping ? mapping.get(TRAIN) : null)
                .filter(Objects::nonNull)
                .toList();
        if (trainings.size() > 1) {
            throw trainings.get(1).place().error("a second training; the result is trained once");
        }
        TrainEntry train = trainings.isEmpty() ? null : TrainEntry.read(trainings.getFirst());
        return new MergekitRecipe(file, text, inOrder(stages), train);
    }

    private static Yaml withoutTraining(Yaml document) {
        return document instanceof Yaml.Mapping mapping ? mapping.without(List.of(TRAIN)) : document;
    }

    /**
     * A recipe of one merge that another recipe holds.
     *
     * @param file that it is in
     * @param document with this language's keys
     */
    public static MergekitRecipe inRecipe(Path file, Yaml.Mapping document) {
        return new MergekitRecipe(file, "", List.of(StageReader.read(document)), null);
    }

    /** Each stage after those that it takes, and last the one without a name: the result. */
    private static List<MergeStage> inOrder(List<MergeStage> stages) {
        Map<String, MergeStage> named = new LinkedHashMap<>();
        MergeStage result = stages.getLast();
        int unnamed = 0;
        for (MergeStage stage : stages) {
            if (stage.name() == null) {
                result = stage;
                unnamed++;
                if (unnamed > 1) {
                    throw stage.place().error("a second document without a name; name all but the last merge");
                }
            } else if (named.put(stage.name(), stage) != null) {
                throw stage.place().error("two documents are named \"" + stage.name() + "\"");
            }
        }
        SequencedSet<MergeStage> ordered = new LinkedHashSet<>();
        add(result, named, ordered, List.of());
        for (MergeStage stage : stages) {
            if (!ordered.contains(stage)) {
                throw stage.place().error("name: nothing takes the result of \"" + stage.name() + "\"; remove it");
            }
        }
        for (MergeStage stage : ordered) {
            if (!ordered.getLast().equals(stage) && stage.tokenizer() != null) {
                throw stage.tokenizer().place().error("only the last merge can have other tokens; move the key there");
            }
        }
        return List.copyOf(ordered);
    }

    private static void add(
            MergeStage stage, Map<String, MergeStage> named, SequencedSet<MergeStage> ordered, List<MergeStage> above) {
        if (above.contains(stage)) {
            throw stage.place().error("name: \"" + stage.name() + "\" takes its own result");
        }
        List<MergeStage> path = new ArrayList<>(above);
        path.add(stage);
        for (ModelReference model : stage.models()) {
            MergeStage source = named.get(model.model());
            if (source != null) {
                add(source, named, ordered, path);
            }
        }
        ordered.add(stage);
    }
}
