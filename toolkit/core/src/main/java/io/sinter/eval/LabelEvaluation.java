package io.sinter.eval;

import io.sinter.error.IncompatibleException;
import io.sinter.inference.Classifier.Score;
import java.util.List;
import java.util.stream.Collectors;

/** Scores a classifier by its best labels. */
public final class LabelEvaluation {

    private LabelEvaluation() {}

    /**
     * Compares labels with those that they should be.
     *
     * @param scores a classifier's for each example of the dataset, all labels, the best first
     * @throws IncompatibleException if the dataset has a label that is none of the classifier's
     * @throws IllegalArgumentException if there are not as many as examples
     */
    public static LabelResult of(LabelledDataset dataset, List<List<Score>> scores) {
        if (scores.size() != dataset.examples().size()) {
            throw new IllegalArgumentException("%d scores for %d examples"
                    .formatted(scores.size(), dataset.examples().size()));
        }
        List<String> known =
                scores.getFirst().stream().map(Score::label).sorted().toList();
        int right = 0;
        for (int i = 0; i < scores.size(); i++) {
            LabelledDataset.Example example = dataset.examples().get(i);
            if (!known.contains(example.label())) {
                throw new IncompatibleException("%s: line %d: label \"%s\": the model's are %s"
                        .formatted(
                                dataset.file(),
                                example.line(),
                                example.label(),
                                known.stream().limit(20).collect(Collectors.joining(", "))));
            }
            if (scores.get(i).getFirst().label().equals(example.label())) {
                right++;
            }
        }
        return new LabelResult(right, scores.size());
    }
}
