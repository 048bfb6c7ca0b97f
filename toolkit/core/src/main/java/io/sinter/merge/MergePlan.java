package io.sinter.merge;

import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.combine.Combination;
import io.sinter.recipe.Recipe;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a merge will do: every source opened and checked, every size known, nothing written yet.
 *
 * @param recipe what was asked for
 * @param sources the models in order
 * @param body what the merged table goes into
 * @param bodyMerge what has to be merged first to make the body, if it is merged
 * @param combination how the tables become one
 * @param sentences how it makes a vector of a text
 * @param vocabulary its tokens
 * @param width of the merged table
 * @param dtype of the merged table
 * @param costs what it takes
 * @param notes what a user should know about it
 */
public record MergePlan(
        Recipe recipe,
        List<PlannedSource> sources,
        Body body,
        Optional<CheckpointPlan> bodyMerge,
        Combination combination,
        SentenceVectors sentences,
        VocabularyPlan vocabulary,
        long width,
        DType dtype,
        Costs costs,
        List<String> notes) {

    /** Copies the lists. */
    public MergePlan {
        sources = List.copyOf(sources);
        notes = List.copyOf(notes);
    }

    /** The same with a body that has been made. */
    MergePlan withBody(Body made) {
        return new MergePlan(
                recipe, sources, made, bodyMerge, combination, sentences, vocabulary, width, dtype, costs, notes);
    }

    /** What the merged table goes into. */
    public sealed interface Body {

        /** An ONNX graph, whose table is replaced. */
        record Graph(PlannedSource planned, GraphSource source) implements Body {

            BodyGraph graph() {
                return new BodyGraph.Traced(source);
            }
        }

        /** A checkpoint, whose table is replaced, and the graph that is built of it. */
        record Weights(PlannedSource planned, CheckpointSource source) implements Body {

            BodyGraph graph() {
                return new BodyGraph.Built(source);
            }
        }

        /**
         * A new model.
         *
         * @param config its configuration
         * @param seed of its weights
         * @param parameters how many it has
         */
        record New(ModelConfig config, long seed, long parameters) implements Body {

            BodyGraph.Drawn graph() {
                return new BodyGraph.Drawn(config, seed);
            }
        }

        /** Nothing: lookup, masked mean and normalisation make a model of their own. */
        record None() implements Body {}
    }

    /**
     * What a merge takes.
     *
     * @param bytesRead of the sources
     * @param bytesWritten of the output, about
     * @param peakMemory bytes of memory besides the mapped files, about
     * @param scratch bytes of the disk that tables take for a while, since they are large for memory, about
     */
    public record Costs(long bytesRead, long bytesWritten, long peakMemory, long scratch) {

        /** These and so many bytes more to write. */
        Costs withWritten(long bytes) {
            return new Costs(bytesRead, bytesWritten + bytes, peakMemory, scratch);
        }

        /** These and so many bytes more that the disk has for a while. */
        Costs withScratch(long bytes) {
            return new Costs(bytesRead, bytesWritten, peakMemory, scratch + bytes);
        }

        /** Room that the disk must have. */
        long diskBytes() {
            return Math.addExact(bytesWritten, scratch);
        }
    }

    /** Rows of the merged table: one a token. */
    public long rows() {
        return vocabulary.rows();
    }

    /** The source whose tokenizer the result has, or whose tokenizer that was made of. */
    PlannedSource tokenizerOwner() {
        return sources.get(vocabulary.owner());
    }

    /** Whether the result depends on a source. */
    boolean reads(PlannedSource source) {
        return combination.combiner().reads(sources.indexOf(source));
    }

    /** Names and shapes of the sources' tables, in order. */
    List<Combinations.Vectors> tables() {
        return sources.stream()
                .map(s -> Combinations.Vectors.ofTable(
                        s.name(), s.table().rows(), s.table().width()))
                .toList();
    }

    /** All files of the sources. */
    List<Path> files() {
        return Stream.concat(
                        sources.stream().flatMap(s -> s.source().files().stream()),
                        bodyMerge.stream().flatMap(merge -> merge.files().stream()))
                .toList();
    }

    /** Widths of the sources' tables, in order. */
    public List<Long> widths() {
        return sources.stream().map(s -> s.table().width()).toList();
    }
}
