package io.sinter.finetune.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.finetune.TrainableCheckpoint;
import io.sinter.finetune.TrainableGraph;
import io.sinter.recipe.ObjectiveEntry;
import io.sinter.recipe.TrainEntry;
import io.sinter.train.AdamW;
import io.sinter.train.Optimizer;
import io.sinter.train.Schedule;
import io.sinter.train.Sgd;
import io.sinter.train.TrainingOptions;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a training will do.
 *
 * @param start what is trained, in words
 * @param form {@code checkpoint} or {@code graph}
 * @param objective what it learns
 * @param data what it learns from
 * @param dev what is measured on held-out data, or null
 * @param selection which weights are trained, in words
 * @param tensors that are trained
 * @param trained numbers that are trained
 * @param parameters numbers of all weights that could be
 * @param steps that are taken
 * @param epochs that these are
 * @param batch examples a batch
 * @param accumulate batches a step
 * @param settings optimizer and schedule
 * @param memory bytes of weights and what the optimizer keeps; values of a step come on top
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingPlan(
        String start,
        String form,
        String objective,
        List<String> data,
        @Nullable String dev,
        String selection,
        int tensors,
        long trained,
        long parameters,
        long steps,
        double epochs,
        int batch,
        int accumulate,
        String settings,
        @JsonProperty("memory_bytes") long memory) {

    /** Copies the list. */
    public TrainingPlan {
        data = List.copyOf(data);
    }

    static TrainingPlan of(RecipeTraining.Work work) {
        TrainEntry train = work.recipe().train();
        long perEpoch = Math.max(1, work.task().stepsPerEpoch());
        return new TrainingPlan(
                start(work.recipe().start()),
                switch (work.model()) {
                    case TrainableCheckpoint checkpoint -> "checkpoint";
                    case TrainableGraph graph -> "graph";
                },
                train.objective().method(),
                data(work),
                train.dev() == null ? null : train.dev().data(),
                selection(train),
                work.prepared().graph().trained().size(),
                work.prepared().trained(),
                work.parameters(),
                work.steps(),
                (double) work.steps() * train.length().accumulate() / perEpoch,
                train.length().batch(),
                train.length().accumulate(),
                settings(work),
                work.prepared().stateBytes());
    }

    private static List<String> data(RecipeTraining.Work work) {
        List<String> described = work.task().describe();
        return described.isEmpty() ? work.recipe().train().texts().files() : described;
    }

    private static String start(TrainingRecipe.Start start) {
        return switch (start) {
            case TrainingRecipe.Start.Model(String name) -> name;
            case TrainingRecipe.Start.Merged(var recipe) ->
                "a merge of %d models by %s"
                        .formatted(
                                recipe.models().size(),
                                recipe.combine().combiner().method());
            case TrainingRecipe.Start.Weights(var recipe) ->
                "a merge of checkpoints by %s"
                        .formatted(recipe.stages().getLast().method().name());
        };
    }

    private static String selection(TrainEntry train) {
        TrainEntry.LoraEntry lora = train.lora();
        if (lora != null) {
            return "low-rank updates of rank %d".formatted(lora.rank());
        }
        return train.only() == null ? "all weights" : "only " + String.join(", ", train.only());
    }

    /** Everything that decides how weights move, in words. */
    static String settings(RecipeTraining.Work work) {
        TrainingOptions options = work.prepared().training().options();
        Schedule schedule = options.schedule();
        TrainEntry.Learning learning = work.recipe().train().learning();
        ObjectiveEntry objective = work.recipe().train().objective();
        return "%s; rate %.3g, %s%s%s%s; seed %d%s"
                .formatted(
                        optimizer(options.optimizer()),
                        schedule.peak(),
                        schedule.decay().name().toLowerCase(Locale.ROOT),
                        schedule.warmup() == 0 ? "" : " after %d steps of warm-up".formatted(schedule.warmup()),
                        Double.isInfinite(options.clip()) ? "" : "; clipped to %s".formatted(options.clip()),
                        learning.dropout() == 0 ? "" : "; dropout %s".formatted(learning.dropout()),
                        learning.seed(),
                        objective(objective));
    }

    private static String objective(ObjectiveEntry objective) {
        return switch (objective) {
            case ObjectiveEntry.Contrastive(Double temperature)
            when temperature != null -> "; temperature " + temperature;
            case ObjectiveEntry.Triplet(Double margin) when margin != null -> "; margin " + margin;
            case ObjectiveEntry other -> "";
        };
    }

    private static String optimizer(Optimizer optimizer) {
        return switch (optimizer) {
            case AdamW adamw ->
                "adamw, betas %s and %s, weight decay %s".formatted(adamw.beta1(), adamw.beta2(), adamw.decay());
            case Sgd sgd -> "sgd, momentum %s, weight decay %s".formatted(sgd.momentum(), sgd.decay());
        };
    }
}
