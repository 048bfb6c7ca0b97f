package io.sinter.finetune;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import io.sinter.train.RunOptions;
import io.sinter.train.Trained;
import io.sinter.train.Training;
import io.sinter.train.TrainingGraph;
import io.sinter.train.TrainingListener;
import io.sinter.train.TrainingOptions;
import io.sinter.train.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training of a model on a task.
 *
 * @param model whose graph becomes that of the training
 * @param task what it learns
 * @param what which weights are trained
 * @param options how they move
 * @param run how long
 */
public record FineTuning(Trainable model, Task task, Selection what, TrainingOptions options, RunOptions run) {

    /**
     * What was learned.
     *
     * @param run how it went
     * @param weights of the model that changed, by name
     * @param added what was learned besides, by name
     */
    public record Learned(Trained run, Map<String, TensorData> weights, Map<String, TensorData> added) {

        /** Copies the maps. */
        public Learned {
            weights = new LinkedHashMap<>(weights);
            added = new LinkedHashMap<>(added);
        }
    }

    /**
     * Trains; the model's graph cannot be trained a second time.
     *
     * @param folder for checkpoints and metrics; where it holds checkpoints of this training, the run goes on from the last
     * @param listener told of every step
     * @throws io.sinter.error.SinterException if the model has not what the task needs, a pattern matches nothing, or a loss
     *     or gradient is not finite
     */
    public Learned run(Runtime runtime, SessionOptions session, Optional<Path> folder, TrainingListener listener) {
        SelectedWeights selected = SelectedWeights.of(model, what);
        Emitted emitted =
                task.emit(model, new Ops(model.model().graph(), model.model().opset()));
        List<Value> parameters = new ArrayList<>(selected.values());
        parameters.addAll(emitted.added());
        List<String> added = emitted.added().stream().map(Value::name).toList();
        TrainingGraph graph = TrainingGraph.of(model.model(), emitted.loss(), parameters, options);
        Trained trained =
                TrainingRun.run(runtime, session, new Training(graph, task, task.dev(), run), folder, listener);
        Map<String, TensorData> besides = new LinkedHashMap<>(trained.weights());
        besides.keySet().retainAll(added);
        return new Learned(trained, selected.merged(trained.weights()), besides);
    }

    /** Writes the model with what was learned; see {@link Trainable#write}. */
    public void write(Learned learned, Path directory) {
        model.write(learned.weights(), served -> task.finish(served, learned.added()), directory);
    }
}
