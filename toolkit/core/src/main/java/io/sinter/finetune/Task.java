package io.sinter.finetune;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import io.sinter.train.BatchSource;
import io.sinter.train.DevMeasure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What a model learns: batches, and the loss that they are to make small. */
public interface Task extends BatchSource {

    /**
     * Appends the loss to the model's graph, with inputs for what batches hold besides texts.
     *
     * @param model that is trained, the one that batches are made for
     * @param ops appends to its graph
     * @throws io.sinter.error.SinterException if the model has not what the loss needs
     */
    Emitted emit(Trainable model, Ops ops);

    /** Batches that go once through the data, at least 1. */
    long stepsPerEpoch();

    /** What it learns from, in a few words, such as {@code 17,730 pieces of 128 tokens}; with what was left out of it. */
    default List<String> describe() {
        return List.of();
    }

    /** What is measured on held-out data, if there is any. */
    default Optional<DevMeasure> dev() {
        return Optional.empty();
    }

    /**
     * Puts what was learned besides the model's weights into the graph that is written.
     *
     * @param learned the constants that were {@linkplain Emitted#added added}, by name
     */
    default void finish(Model served, Map<String, TensorData> learned) {}

    /** Puts what readers of the model must know, such as names of classes, into the {@code config.json} that is written. */
    default void configure(ObjectNode config) {}
}
