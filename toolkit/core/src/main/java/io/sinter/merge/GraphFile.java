package io.sinter.merge;

import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.optimize.GraphGate;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.Optimized;
import io.sinter.optimize.Optimizer;
import io.sinter.output.Manifest;
import io.sinter.progress.Progress;
import io.sinter.quality.QualityReport;
import io.sinter.recipe.OutputEntry;
import io.sinter.source.Companions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes a merged graph as a recipe's {@code output:} says.
 *
 * @param output weights in the file or beside it; what the graph is to fit
 * @param gate compares an optimised graph with the full one
 * @param writing the rest of how it is written
 * @param progress hears how far it is
 */
public record GraphFile(OutputEntry output, GraphGate gate, WriteOptions writing, Progress progress) {

    /**
     * Writes a graph as it is, or optimised and then compared with it.
     *
     * @param what the graph, for messages
     * @param model it, which is changed where it is optimised
     * @param full makes it again
     * @param companions the files beside it, by which texts are read
     * @return what was done to it, if anything
     * @throws io.sinter.error.VerificationException if that takes it too far from the full graph
     */
    public Optional<Manifest.Optimization> write(
            String what, Model model, Supplier<Model> full, Supplier<Companions> companions, Path file) {
        Optional<OptimizeOptions> options = output.optimization();
        if (options.isEmpty()) {
            write(model, file);
            return Optional.empty();
        }
        Model whole = full.get();
        Optimized optimized = Optimizer.optimize(model, options.get());
        write(optimized.model(), file);
        try (Progress.Task task = progress.begin("comparing with the full graph", 1)) {
            QualityReport quality = gate.check(
                    what,
                    companions.get(),
                    whole,
                    (ort, how) -> ort.open(whole, how),
                    (ort, how) -> ort.open(file, how));
            task.advance(1);
            return Optional.of(optimized.report().toManifest(quality));
        }
    }

    private void write(Model model, Path file) {
        try (Progress.Task task = progress.begin("writing " + file.getFileName(), OnnxWriter.size(model))) {
            OnnxWriter.write(
                    model,
                    file,
                    writing.withPlacement(
                                    output.externalData()
                                            ? WriteOptions.Placement.EXTERNAL
                                            : WriteOptions.Placement.AUTOMATIC)
                            .withProgress(task::advance));
        }
    }
}
