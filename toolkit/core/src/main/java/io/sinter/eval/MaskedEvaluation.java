package io.sinter.eval;

import io.sinter.inference.LogitsRow;
import io.sinter.inference.MaskedLanguageModel;
import java.util.List;

/** Scores a masked language model by the tokens that it predicts. */
public final class MaskedEvaluation {

    private MaskedEvaluation() {}

    private record Prediction(double logProbability, boolean right) {}

    /**
     * Scores on a dataset.
     *
     * @throws io.sinter.error.IncompatibleException if the dataset has ids that the model has not
     */
    public static MaskedResult run(MaskedLanguageModel model, MaskedDataset dataset) {
        dataset.requireIds(model.where(), model.tokenizer().vocabulary());
        long start = System.nanoTime();
        List<MaskedExample> examples = dataset.examples();
        List<Prediction> predictions = model
                .at(
                        examples.stream().map(MaskedExample::text).toList(),
                        examples.stream().map(MaskedExample::positions).toList(),
                        (row, text, which) ->
                                prediction(row, examples.get(text).labels().get(which)))
                .stream()
                .flatMap(List::stream)
                .toList();
        List<Double> losses = predictions.stream().map(p -> -p.logProbability()).toList();
        double loss = losses.stream().mapToDouble(Double::doubleValue).sum() / losses.size();
        double right = predictions.stream().filter(Prediction::right).count();
        return new MaskedResult(dataset, loss, right / predictions.size(), losses, (System.nanoTime() - start) / 1e9);
    }

    private static Prediction prediction(LogitsRow row, int label) {
        return new Prediction(row.logProbability(label), row.argMax() == label);
    }
}
