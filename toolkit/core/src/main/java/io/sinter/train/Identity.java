package io.sinter.train;

import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What decides what a training computes, batches and number of steps aside: a checkpoint is of this training if it was written
 * by one with the same.
 *
 * @param graph digests of the graphs of a step: model, loss, optimiser, schedule and their numbers
 * @param start digest of the parameters before the first step
 * @param measured what is measured when, and when that ends the training
 */
record Identity(String graph, String start, String measured) {

    static Identity of(Training training) {
        TrainingGraph graph = training.graph();
        String update = graph.accumulation()
                .map(half -> " %d %s".formatted(half.count(), OnnxWriter.digest(half.update())))
                .orElse("");
        return new Identity(OnnxWriter.digest(graph.model()) + update, start(graph), measured(training));
    }

    private static String start(TrainingGraph graph) {
        Graph constants = new Graph("start");
        new TreeMap<>(graph.start()).forEach(constants::addInitializer);
        return OnnxWriter.digest(new Model(constants, graph.model().irVersion()));
    }

    private static String measured(Training training) {
        RunOptions options = training.options();
        return training.dev()
                .map(dev -> "%s, %s is better, every %d steps%s"
                        .formatted(
                                dev.metric(),
                                dev.better(),
                                options.measureEvery(),
                                options.stopping()
                                        .map(stopping -> ", patience " + stopping.patience())
                                        .orElse("")))
                .orElse("nothing");
    }

    /** In what another one differs, for messages; empty where it is the same. */
    List<String> differences(Identity other) {
        List<String> differences = new ArrayList<>();
        if (!graph.equals(other.graph)) {
            differences.add("model, loss, optimiser or schedule");
        }
        if (!start.equals(other.start)) {
            differences.add("weights before the first step");
        }
        if (!measured.equals(other.measured)) {
            differences.add("what is measured (here %s; there %s)".formatted(measured, other.measured));
        }
        return differences;
    }
}
