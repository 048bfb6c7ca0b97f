package io.sinter.probe;

/** How probable targets are, given logits. */
enum Likelihood {
    /** One label of several: {@code −ln softmax(z)[y] = ln Σ exp(z) − z·y}. */
    SOFTMAX {
        @Override
        double loss(double[] logits, double[] targets, int from, int columns, double[] residuals) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + columns; i++) {
                largest = Math.max(largest, logits[i]);
            }
            double sum = 0;
            for (int i = from; i < from + columns; i++) {
                residuals[i] = Math.exp(logits[i] - largest);
                sum += residuals[i];
            }
            double loss = largest + Math.log(sum);
            for (int i = from; i < from + columns; i++) {
                loss -= targets[i] * logits[i];
                residuals[i] = residuals[i] / sum - targets[i];
            }
            return loss;
        }
    },
    /** Each label by itself: {@code Σ ln(1 + exp(z)) − z·y}. */
    SIGMOID {
        @Override
        double loss(double[] logits, double[] targets, int from, int columns, double[] residuals) {
            double loss = 0;
            for (int i = from; i < from + columns; i++) {
                double small = Math.exp(-Math.abs(logits[i]));
                loss += Math.max(0, logits[i]) + Math.log1p(small) - targets[i] * logits[i];
                double probability = logits[i] >= 0 ? 1 / (1 + small) : small / (1 + small);
                residuals[i] = probability - targets[i];
            }
            return loss;
        }
    };

    /**
     * The negative logarithm of a row's likelihood.
     *
     * @param from where the row begins in each of the arrays
     * @param columns how many logits it has
     * @param residuals gets the derivatives by the logits: probabilities less targets
     */
    abstract double loss(double[] logits, double[] targets, int from, int columns, double[] residuals);
}
