package io.sinter.merge;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.error.VerificationException;
import io.sinter.merge.OutputVerification.Check;
import io.sinter.merge.OutputVerification.Check.Outcome;
import io.sinter.onnx.ir.Value;
import io.sinter.output.Manifest;
import io.sinter.quality.RandomInputs;
import io.sinter.runtime.Port;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is checked of a directory that was trained: its numbers are no merge's any more, so that there is nothing to merge again
 * and compare with. Graph and checkpoint must compute the same, and the data must be what the manifest says.
 *
 * @param runtime runs both graphs
 * @param options how
 */
public record TrainedChecks(Runtime runtime, SessionOptions options) {

    private static final long SEED = 20_261_124;
    private static final double TOLERANCE = 1e-4;

    /** Runs every check that applies. */
    public List<Check> run(Path directory, Manifest manifest, Manifest.Training training) {
        List<Check> checks = new ArrayList<>();
        if (ModelSource.open(directory) instanceof GraphSource graph
                && graph.checkpoint().isPresent()
                && manifest.optimization() == null) {
            CheckpointSource checkpoint = graph.checkpoint().get();
            checks.add(Check.of("graph = checkpoint", () -> compared(graph, checkpoint, manifest)));
        }
        checks.add(data(training));
        return checks;
    }

    private static Check data(Manifest.Training training) {
        String changed = OutputVerification.changed(training.data());
        return changed.isEmpty()
                ? new Check(
                        "training data",
                        Outcome.PASSED,
                        "%d files are what it learned from; trained, so not compared with a merge"
                                .formatted(training.data().files().size()))
                : new Check("training data", Outcome.SKIPPED, changed.replace("is not what was merged", "has changed"));
    }

    private String compared(GraphSource source, CheckpointSource checkpoint, Manifest manifest) {
        try (Session written = runtime.open(source.graph(), options)) {
            boolean scores = written.outputs().stream()
                    .anyMatch(port -> port.name().equals("logits")
                            && port.type().shape() != null
                            && port.type().shape().rank() == 3);
            BuildOptions build = scores ? BuildOptions.PORTABLE : BuildOptions.PORTABLE.withHead(Head.NONE);
            EncoderGraph built =
                    EncoderGraph.build(checkpoint.config(), new CheckpointWeights(checkpoint.checkpoint()), build);
            List<String> names = built.model().graph().outputs().stream()
                    .map(Value::name)
                    .filter(name -> written.outputs().stream().map(Port::name).anyMatch(name::equals))
                    .toList();
            if (names.isEmpty()) {
                throw new VerificationException("%s: has none of the checkpoint's outputs".formatted(source.graph()));
            }
            Map<String, TensorData> inputs = RandomInputs.ofTexts(
                            "input_ids", manifest.result().rows(), SEED)
                    .of(written.inputs());
            try (Session other = runtime.open(built.model(), options)) {
                return difference(written.run(inputs, names), other.run(inputs, names));
            }
        }
    }

    private static String difference(Map<String, TensorData> graph, Map<String, TensorData> checkpoint) {
        double worst = 0;
        for (Map.Entry<String, TensorData> output : graph.entrySet()) {
            float[] a = output.getValue().toFloatArray();
            TensorData expected = checkpoint.getOrDefault(output.getKey(), output.getValue());
            float[] b = expected.toFloatArray();
            worst = Math.max(worst, OutputDifference.relative(a, b));
        }
        OutputDifference.require(worst, TOLERANCE);
        return "%s differ by %.1e of the largest at most".formatted(String.join(", ", graph.keySet()), worst);
    }
}
