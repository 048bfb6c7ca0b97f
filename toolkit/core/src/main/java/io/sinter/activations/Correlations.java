package io.sinter.activations;

import io.sinter.activations.InputMoments.Reading;
import io.sinter.activations.Probe.Seen;
import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.inference.TextInputs;
import io.sinter.linalg.Matrix;
import io.sinter.onnx.ir.Value;
import io.sinter.runtime.Runtime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** How what one model computes goes together with what another computes, token by token of the same texts. */
public final class Correlations {

    private final Map<String, Signal> signals;
    private final IntFunction<Matrix> memory;
    private final Map<String, Correlation> sums = new LinkedHashMap<>();

    private Correlations(Map<String, Signal> signals, IntFunction<Matrix> memory) {
        this.signals = signals;
        this.memory = memory;
    }

    /**
     * The same thing in two models.
     *
     * @param first in the graph of the first
     * @param second in that of the second, as wide
     */
    public record Signal(Value first, Value second) {}

    /**
     * Runs two models over texts.
     *
     * @param first one model, whose texts both read
     * @param second the other
     * @param signals by names of the caller
     * @param memory makes square matrices of zeros of an order
     * @return Pearson's correlation of column i of a signal in the first model with column j in the second, over all tokens (or
     *     texts, where it has a row a text), by the signals' names; without those that have a row for neither
     * @throws IncompatibleException if the models read a text as different tokens
     * @throws MalformedException if there is no text, or a value becomes infinite or not a number
     */
    public static Map<String, Matrix> of(
            Runtime runtime, Reading first, Reading second, Map<String, Signal> signals, IntFunction<Matrix> memory) {
        Correlations correlations = new Correlations(signals, memory);
        List<Value> ofFirst = signals.values().stream().map(Signal::first).toList();
        List<Value> ofSecond = signals.values().stream().map(Signal::second).toList();
        try (Probe one = Probe.open(runtime, first.model(), ofFirst, first.companions());
                Probe other = Probe.open(runtime, second.model(), ofSecond, second.companions())) {
            if (first.texts().read(texts -> correlations.read(one, other, texts)) == 0) {
                throw new MalformedException(first.texts().path() + ": has no text; expected a text a line");
            }
        }
        Map<String, Matrix> found = new LinkedHashMap<>();
        correlations.sums.forEach((name, sum) ->
                found.put(name, sum.result().requireFinite("the correlations of \"%s\"".formatted(name))));
        return found;
    }

    private void read(Probe one, Probe other, List<String> texts) {
        List<TextInputs.Batch> batches = one.batches(texts);
        List<TextInputs.Batch> others = other.batches(texts);
        for (int i = 0; i < batches.size(); i++) {
            if (others.size() <= i
                    || !batches.get(i).mask().contentEquals(others.get(i).mask())) {
                throw new IncompatibleException(
                        "align: the models read the texts as different tokens, but units are compared token by token: align by weights");
            }
            add(one.see(batches.get(i)), other.see(others.get(i)));
        }
    }

    private void add(Seen one, Seen other) {
        signals.forEach((name, signal) -> one.rows(signal.first().name())
                .ifPresent(xs -> other.rows(signal.second().name())
                        .ifPresent(ys -> sums.computeIfAbsent(name, n -> new Correlation(memory.apply(xs.columns())))
                                .add(xs, ys, one.count(xs)))));
    }
}
