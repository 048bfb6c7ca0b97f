package io.sinter.inference;

import io.sinter.error.IncompatibleException;
import io.sinter.inference.Classifier.Score;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What a classifier's {@code config.json} says about its logits.
 *
 * @param names {@code id2label}; empty where it says none
 * @param problem {@code problem_type}; empty where it says none
 */
record ClassLabels(Map<Integer, String> names, String problem) {

    private static final String MULTI_LABEL = "multi_label_classification";
    private static final String REGRESSION = "regression";

    /** Copies the map. */
    ClassLabels {
        names = Map.copyOf(names);
    }

    /** How logits become scores. */
    enum Activation {
        /** One label of several: they sum to 1. */
        SOFTMAX,
        /** Each label by itself. */
        SIGMOID,
        /** The number itself. */
        NONE;

        double[] apply(LogitsRow row) {
            double[] scores = new double[row.size()];
            double logSum = this == SOFTMAX ? row.logSumExp() : 0;
            for (int i = 0; i < scores.length; i++) {
                scores[i] = switch (this) {
                    case SOFTMAX -> Math.exp(row.get(i) - logSum);
                    case SIGMOID -> 1 / (1 + Math.exp(-row.get(i)));
                    case NONE -> row.get(i);
                };
            }
            return scores;
        }
    }

    static ClassLabels of(Optional<JsonNode> config) {
        Map<Integer, String> names = new TreeMap<>();
        config.map(c -> c.path("id2label"))
                .ifPresent(labels -> labels.properties().forEach(entry -> {
                    if (entry.getKey().matches("\\d{1,6}") && entry.getValue().isString()) {
                        names.put(
                                Integer.parseInt(entry.getKey()),
                                entry.getValue().stringValue());
                    }
                }));
        return new ClassLabels(
                names, config.map(c -> c.path("problem_type").asString("")).orElse(""));
    }

    /**
     * For each row of logits all labels, the best first.
     *
     * @param where the model, for messages
     * @param logits float32 {@code [B, labels]}
     * @throws IncompatibleException if there are names, but not as many as logits
     */
    List<List<Score>> scores(String where, TensorData logits) {
        List<List<Score>> scores = new ArrayList<>();
        for (long row = 0; row < logits.dim(0); row++) {
            LogitsRow values = LogitsRow.of(logits, row);
            double[] fits = activation(values.size()).apply(values);
            List<Score> ofRow = new ArrayList<>();
            for (int label = 0; label < fits.length; label++) {
                ofRow.add(new Score(name(where, label, fits.length), fits[label]));
            }
            ofRow.sort(Comparator.comparingDouble(Score::score).reversed());
            scores.add(List.copyOf(ofRow));
        }
        return scores;
    }

    /** Softmax; of a single logit, and of a regression, none; of labels that do not exclude each other, the sigmoid. */
    Activation activation(int logits) {
        if (problem.equals(MULTI_LABEL)) {
            return Activation.SIGMOID;
        }
        return logits == 1 || problem.equals(REGRESSION) ? Activation.NONE : Activation.SOFTMAX;
    }

    /**
     * A label's name.
     *
     * @throws IncompatibleException if there are names, but not as many as logits
     */
    String name(String where, int label, int logits) {
        String name = names.get(label);
        if (names.isEmpty() || (name != null && names.size() == logits)) {
            return name == null ? "LABEL_" + label : name;
        }
        throw new IncompatibleException(
                "%s: %d logits, but config.json's id2label names %d labels".formatted(where, logits, names.size()));
    }
}
