package io.sinter.finetune.task;

import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedExample;
import io.sinter.tensor.TensorData;
import io.sinter.train.DevMeasure;
import io.sinter.train.Forward;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The mean loss of the hidden tokens of texts that stay the same, as {@link io.sinter.eval.MaskedEvaluation} computes it.
 *
 * @param tokens makes inputs of texts
 * @param batches of texts of about one length
 */
record MaskedLoss(MaskedTokens tokens, List<List<MaskedExample>> batches) implements DevMeasure {

    /** Copies the list. */
    MaskedLoss {
        batches = List.copyOf(batches);
    }

    /** Texts as batches of that size. */
    static MaskedLoss of(MaskedTokens tokens, MaskedDataset dataset, int size) {
        List<MaskedExample> sorted = dataset.examples().stream()
                .filter(example -> !example.positions().isEmpty())
                .sorted(Comparator.comparingInt(example -> example.text().length()))
                .toList();
        List<List<MaskedExample>> batches = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += size) {
            batches.add(sorted.subList(from, Math.min(sorted.size(), from + size)));
        }
        return new MaskedLoss(tokens, batches);
    }

    @Override
    public String metric() {
        return "masked_loss";
    }

    @Override
    public Better better() {
        return Better.LOWER;
    }

    @Override
    public double measure(Forward forward) {
        double sum = 0;
        long count = 0;
        for (List<MaskedExample> batch : batches) {
            long hidden = batch.stream().mapToLong(e -> e.positions().size()).sum();
            Map<String, TensorData> result = forward.run(tokens.inputs(batch), List.of(MaskedTokens.LOSS));
            sum += hidden * (double) result.values().iterator().next().toFloatArray()[0];
            count += hidden;
        }
        return sum / count;
    }
}
