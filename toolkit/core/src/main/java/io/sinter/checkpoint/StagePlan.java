package io.sinter.checkpoint;

import io.sinter.activations.TextFile;
import io.sinter.mergekit.MergeStage;
import io.sinter.mergekit.ModelReference;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One merge of a recipe, with all that was found out about it.
 *
 * @param stage what the recipe says
 * @param models that go in, the one whose configuration and tokenizer the result has first
 * @param tensors of the result, in the order of the first model's
 * @param dtype of the result's floats
 * @param layers how many layers the result has, where the recipe puts them together anew
 * @param tokens the result's tokenizer, where the recipe asks for one
 * @param texts that models are run over, by model
 * @param aligning texts in which units are compared, where the recipe aligns models by activations
 * @param notes what a user should know
 */
record StagePlan(
        MergeStage stage,
        List<OpenedModel> models,
        List<PlannedTensor> tensors,
        DType dtype,
        OptionalInt layers,
        Optional<TokenPlan> tokens,
        Map<ModelReference, TextFile> texts,
        Optional<TextFile> aligning,
        List<String> notes) {

    StagePlan {
        models = List.copyOf(models);
        tensors = List.copyOf(tensors);
        texts = Map.copyOf(texts);
        notes = List.copyOf(notes);
    }

    /** The model whose configuration and tokenizer the result has. */
    OpenedModel reference() {
        return models.getFirst();
    }

    /** The same with other tensors, and more to tell. */
    StagePlan with(List<PlannedTensor> others, List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new StagePlan(stage, models, others, dtype, layers, tokens, texts, aligning, all);
    }

    /** The same over other models. */
    StagePlan withModels(List<OpenedModel> others) {
        return new StagePlan(stage, others, tensors, dtype, layers, tokens, texts, aligning, notes);
    }

    /** Bytes of the result's tensors. */
    long bytes() {
        return tensors.stream().mapToLong(t -> t.spec().bytes()).sum();
    }

    /** Elements of the result's tensors. */
    long parameters() {
        return tensors.stream().mapToLong(t -> t.spec().elements()).sum();
    }
}
