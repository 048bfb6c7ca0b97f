package io.sinter.quality;

import io.sinter.error.VerificationException;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a model with fewer bits that points elsewhere than the full one.
 *
 * @param minCosine the least mean cosine of each output's vectors with the full model's; at most 1
 */
public record QualityGate(double minCosine) {

    /** What is asked for where nothing else is said. */
    public static final double USUAL = 0.99;

    /** Checks the bound. */
    public QualityGate {
        if (!(minCosine <= 1 && minCosine >= -1)) {
            throw new IllegalArgumentException("min_cosine: got " + minCosine + ", expected -1 to 1");
        }
    }

    /**
     * Runs both graphs and compares every output of floats that both have.
     *
     * @throws io.sinter.error.SinterException if one of them cannot run
     */
    public QualityReport measure(Session full, Session reduced, Samples samples) {
        List<String> names = full.outputs().stream()
                .filter(port -> port.type().dtype().isFloat())
                .map(Port::name)
                .toList();
        Map<String, Comparison> comparisons =
                names.stream().collect(Collectors.toMap(name -> name, name -> new Comparison()));
        for (Map<String, TensorData> batch : samples.batches()) {
            Map<String, TensorData> expected = full.run(batch, names);
            Map<String, TensorData> actual = reduced.run(batch, names);
            names.forEach(name ->
                    of(comparisons, name).add(floats(of(expected, name)), floats(of(actual, name)), mask(batch)));
        }
        List<OutputQuality> outputs = new ArrayList<>();
        names.forEach(name -> outputs.add(of(comparisons, name).quality(name)));
        return new QualityReport(samples.origin(), minCosine, outputs);
    }

    /**
     * Refuses what is too far off.
     *
     * @param what the model, for the message
     * @throws VerificationException with the numbers and what to do
     */
    public void require(String what, QualityReport report) {
        List<OutputQuality> failed = report.outputs().stream()
                .filter(output -> !(output.meanCosine() >= minCosine))
                .toList();
        if (!failed.isEmpty()) {
            throw new VerificationException(
                    "%s: too far from the full model on %s: %s; expected a mean cosine of %s or more. Keep some weights in float32 (skip), choose another dtype, or ask for less (min cosine). Nothing was written"
                            .formatted(
                                    what,
                                    report.samples(),
                                    failed.stream().map(QualityGate::describe).collect(Collectors.joining("; ")),
                                    minCosine));
        }
    }

    private static String describe(OutputQuality output) {
        return String.format(
                Locale.ROOT,
                "output \"%s\": mean cosine %.4f, least %.4f, largest difference %.3g",
                output.output(),
                output.meanCosine(),
                output.leastCosine(),
                output.largestDifference());
    }

    private static @Nullable TensorData mask(Map<String, TensorData> batch) {
        return batch.entrySet().stream()
                .filter(input -> input.getKey().contains("mask"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static TensorData floats(TensorData data) {
        return Conversion.convert(data, DType.FLOAT);
    }

    private static <T> T of(Map<String, T> map, String name) {
        T value = map.get(name);
        if (value == null) {
            throw new IllegalStateException("no output " + name);
        }
        return value;
    }
}
