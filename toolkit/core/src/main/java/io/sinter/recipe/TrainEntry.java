package io.sinter.recipe;

import io.sinter.pooling.Pooling;
import io.sinter.train.TrainingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How what was merged is trained.
 *
 * @param objective what it learns
 * @param texts on what
 * @param dev what is measured on the way, or null
 * @param length how long
 * @param learning how weights move
 * @param only patterns of the weights that are trained, or null for all
 * @param lora low-rank updates that are trained in their place, or null
 */
public record TrainEntry(
        ObjectiveEntry objective,
        Texts texts,
        @Nullable DevEntry dev,
        Length length,
        Learning learning,
        @Nullable List<String> only,
        @Nullable LoraEntry lora) {

    /**
     * A recipe that trains a model as it is, without a merge.
     *
     * @param model where it is
     * @param train this section
     */
    public record OfModel(String model, Yaml train) {}

    private static final String OBJECTIVE = "objective";
    private static final double USUAL_RATE = 5e-5;
    private static final int USUAL_BATCH = 32;

    /** What becomes of lines of the data that cannot be read. */
    public enum BadLines {
        /** The first ends the training before it begins. */
        FATAL,
        /** They are left out, and said. */
        SKIP
    }

    /**
     * What is read.
     *
     * @param files relative to the recipe
     * @param badLines what becomes of lines that cannot be read
     * @param maxTokens tokens kept of a text, or null for the model's own
     * @param pooling of token vectors, or null for the model's own
     */
    public record Texts(
            List<String> files,
            BadLines badLines,
            @Nullable Integer maxTokens,
            @Nullable Pooling pooling) {}

    /**
     * What is measured on held-out data.
     *
     * @param data a file, relative to the recipe
     * @param every steps from one measurement to the next; a tenth of all if not given
     * @param patience measurements without a new best after which the training ends; without it, it does not end early
     */
    public record DevEntry(
            String data, @Nullable Long every, @Nullable Integer patience) {

        /** Checks the numbers. */
        public DevEntry {
            atLeastOne("every", every);
            atLeastOne("patience", patience);
        }
    }

    /**
     * How long a training is.
     *
     * @param steps how many, or null where epochs say it
     * @param epochs how often it goes through the data, or null
     * @param batch texts, or pairs or triplets of them, a batch
     * @param accumulate batches a step
     */
    public record Length(@Nullable Long steps, @Nullable Double epochs, int batch, int accumulate) {

        /** The number of steps, of data that so many steps go through once. */
        public long steps(long stepsPerEpoch) {
            return steps != null
                    ? steps
                    : Math.max(1, Math.round((epochs == null ? 1 : epochs) * (double) stepsPerEpoch));
        }
    }

    /**
     * How weights move.
     *
     * @param optimizer with the largest learning rate
     * @param schedule of the rate
     * @param clip the largest norm of all gradients, or null
     * @param dropout share of activations left out
     * @param seed of everything that is drawn
     */
    public record Learning(
            OptimizerEntry optimizer,
            ScheduleEntry schedule,
            @Nullable Double clip,
            double dropout,
            long seed) {}

    /**
     * Low-rank updates.
     *
     * @param rank of each
     * @param alpha over the rank, what they are multiplied by; twice the rank if not given
     * @param on patterns of the matrices; all that products read if not given
     */
    public record LoraEntry(
            int rank, @Nullable Double alpha, @Nullable List<String> on) {

        /** Checks the numbers. */
        public LoraEntry {
            if (rank < 1 || (alpha != null && !(alpha > 0))) {
                throw new IllegalArgumentException(
                        "lora: got rank %d, alpha %s: expected a rank of 1 or more and alpha above 0"
                                .formatted(rank, alpha));
            }
        }
    }

    /** The section as it is written, but for what belongs to the objective. */
    record Keys(
            Yaml data,
            @Nullable DevEntry dev,
            @Nullable Long steps,
            @Nullable Double epochs,
            @Nullable Integer batch,
            @Nullable Integer accumulate,
            @Nullable Integer maxTokens,
            @Nullable Pooling pooling,
            @Nullable Yaml optimizer,
            @Nullable ScheduleEntry schedule,
            @Nullable Double clip,
            @Nullable Double dropout,
            @Nullable Long seed,
            @Nullable List<String> only,
            @Nullable LoraEntry lora,
            @Nullable BadLines badLines) {

        /** Checks the numbers here, where the recipe's line is known. */
        Keys {
            atLeastOne("steps", steps);
            atLeastOne("batch", batch);
            atLeastOne("accumulate", accumulate);
            if (steps != null && epochs != null) {
                throw new IllegalArgumentException("has both steps and epochs; give one");
            }
            if (epochs != null && !(epochs > 0)) {
                throw new IllegalArgumentException("epochs: got %s, expected more than 0".formatted(epochs));
            }
            if (steps == null && epochs == null) {
                throw new IllegalArgumentException("needs the key \"steps\" or the key \"epochs\"");
            }
            if (maxTokens != null && maxTokens < 3) {
                throw new IllegalArgumentException("max_tokens: got %d, expected 3 or more".formatted(maxTokens));
            }
            if (clip != null && !(clip > 0)) {
                throw new IllegalArgumentException("clip: got %s, expected more than 0".formatted(clip));
            }
            if (dropout != null && !(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException("dropout: got %s, expected 0 to less than 1".formatted(dropout));
            }
            if (only != null && lora != null) {
                throw new IllegalArgumentException(
                        "has both only and lora; give one: the matrices of lora are its own on:");
            }
            if (only != null && only.isEmpty()) {
                throw new IllegalArgumentException("only: is empty, expected one pattern or more");
            }
        }
    }

    /**
     * Reads the section.
     *
     * @throws io.sinter.error.RecipeException if it is none, with line and key
     */
    public static TrainEntry read(Yaml yaml) {
        if (!(yaml instanceof Yaml.Mapping written)) {
            throw yaml.place().error("got " + yaml.kind() + ", expected a mapping with objective:, data: and steps:");
        }
        Yaml.Mapping mapping = inSnakeCase(written);
        List<String> common = RecordBinder.keys(Keys.class);
        ObjectiveEntry objective = new Choice<>(OBJECTIVE, ObjectiveEntry.all(), common).bind(mapping);
        Keys keys = RecordBinder.bind(mapping.only(common), Keys.class);
        return new TrainEntry(
                objective,
                new Texts(
                        files(keys.data),
                        keys.badLines == null ? BadLines.FATAL : keys.badLines,
                        keys.maxTokens,
                        keys.pooling),
                keys.dev,
                new Length(
                        keys.steps,
                        keys.epochs,
                        keys.batch == null ? USUAL_BATCH : keys.batch,
                        keys.accumulate == null ? 1 : keys.accumulate),
                new Learning(
                        OptimizerEntry.read(keys.optimizer, USUAL_RATE),
                        keys.schedule == null ? ScheduleEntry.USUAL : keys.schedule,
                        keys.clip,
                        keys.dropout == null ? 0 : keys.dropout,
                        keys.seed == null ? 0 : keys.seed),
                keys.only,
                keys.lora);
    }

    /** How weights move in a training of so many steps. */
    public TrainingOptions options(long steps) {
        return new TrainingOptions(
                learning.optimizer.method().optimizer(),
                learning.schedule.over(learning.optimizer.rate(), steps),
                learning.clip == null ? Double.POSITIVE_INFINITY : learning.clip,
                length.accumulate,
                learning.seed);
    }

    /** Names of objectives may have - for _, as keys may. */
    private static Yaml.Mapping inSnakeCase(Yaml.Mapping written) {
        Map<String, Yaml> entries = new LinkedHashMap<>(written.inSnakeCase().entries());
        entries.computeIfPresent(
                OBJECTIVE,
                (key, value) -> value instanceof Yaml.Scalar(Place place, String text)
                        ? new Yaml.Scalar(place, text.replace('-', '_'))
                        : value);
        return new Yaml.Mapping(written.place(), new LinkedHashMap<>(entries));
    }

    private static List<String> files(Yaml data) {
        List<String> files = switch (data) {
            case Yaml.Scalar scalar -> List.of(scalar.text());
            case Yaml.Sequence sequence ->
                sequence.elements().stream()
                        .map(element -> {
                            if (element instanceof Yaml.Scalar scalar) {
                                return scalar.text();
                            }
                            throw element.place().error("got " + element.kind() + ", expected a file");
                        })
                        .toList();
            case Yaml.Mapping mapping ->
                throw mapping.place().error("got a mapping, expected a file or a list of files");
        };
        if (files.isEmpty()) {
            throw data.place().error("is empty, expected one file or more");
        }
        return files;
    }

    private static void atLeastOne(String key, @Nullable Number value) {
        if (value != null && value.longValue() < 1) {
            throw new IllegalArgumentException("%s: got %s, expected 1 or more".formatted(key, value));
        }
    }
}
