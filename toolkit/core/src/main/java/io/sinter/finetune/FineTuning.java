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
import java.util.Objects;
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
     * The graph of a training, ready to run.
     *
     * @param graph of a step
     * @param training that it is of
     * @param selected weights of the model
     * @param added names of what is learned besides
     */
    public record Prepared(TrainingGraph graph, FineTuning training, SelectedWeights selected, List<String> added) {

        /** Copies the list. */
        public Prepared {
            added = List.copyOf(added);
        }

        /** How many numbers are trained. */
        public long trained() {
            return graph.trained().stream()
                    .mapToLong(name ->
                            Objects.requireNonNull(graph.start().get(name)).elementCount())
                    .sum();
        }

        /** Bytes of weights and of what the optimizer keeps, all of which are there twice. */
        public long stateBytes() {
            return 2
                    * graph.start().values().stream()
                            .mapToLong(tensor -> tensor.data().byteSize())
                            .sum();
        }

        /**
         * Trains.
         *
         * @param folder for checkpoints and metrics; where it holds checkpoints of this training, the run goes on from the last
         * @param listener told of every step
         * @throws io.sinter.error.VerificationException if a loss or gradient is not finite
         */
        public Learned run(Runtime runtime, SessionOptions session, Optional<Path> folder, TrainingListener listener) {
            Task task = training.task;
            Trained trained = TrainingRun.run(
                    runtime, session, new Training(graph, task, task.dev(), training.run), folder, listener);
            Map<String, TensorData> besides = new LinkedHashMap<>(trained.weights());
            besides.keySet().retainAll(added);
            return new Learned(trained, selected.merged(trained.weights()), besides);
        }
    }

    /**
     * Makes the model's graph that of the training, which can be done once.
     *
     * @throws io.sinter.error.SinterException if the model has not what the task needs, or a pattern matches nothing
     */
    public Prepared prepare() {
        SelectedWeights selected = SelectedWeights.of(model, what);
        Emitted emitted =
                task.emit(model, new Ops(model.model().graph(), model.model().opset()));
        List<Value> parameters = new ArrayList<>(selected.values());
        parameters.addAll(emitted.added());
        List<String> added = emitted.added().stream().map(Value::name).toList();
        return new Prepared(
                TrainingGraph.of(model.model(), emitted.loss(), parameters, options), this, selected, added);
    }

    /** Prepares and trains: see {@link #prepare} and {@link Prepared#run}. */
    public Learned run(Runtime runtime, SessionOptions session, Optional<Path> folder, TrainingListener listener) {
        return prepare().run(runtime, session, folder, listener);
    }

    /** Writes the model with what was learned; see {@link Trainable#write}. */
    public void write(Learned learned, Path directory) {
        model.write(learned.weights(), served -> task.finish(served, learned.added()), directory);
    }
}
