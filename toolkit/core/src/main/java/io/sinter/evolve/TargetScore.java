package io.sinter.evolve;

import io.sinter.eval.Bootstrap;
import io.sinter.eval.Bootstrap.Interval;
import io.sinter.eval.MaskedResult;
import io.sinter.eval.StsResult;
import java.util.List;

/** How a model did on a target. */
public sealed interface TargetScore {

    /** The target. */
    Target target();

    /** The number, as {@link Target.Kind} says. */
    double score();

    /** On pairs of sentences. */
    record Similarity(Target target, StsResult result) implements TargetScore {
        @Override
        public double score() {
            return 100 * result.spearman();
        }
    }

    /** On masked tokens. */
    record Masked(Target target, MaskedResult result) implements TargetScore {
        @Override
        public double score() {
            return result.loss();
        }
    }

    /** Difference to another model's score on the same target, with its interval. */
    default Interval minus(TargetScore other, Bootstrap bootstrap) {
        return switch (this) {
            case Similarity(Target target, StsResult own)
            when other instanceof Similarity(Target t, StsResult its) -> {
                Interval of1 = bootstrap.spearmanDifference(own.dataset().scores(), own.cosines(), its.cosines());
                yield new Interval(100 * of1.difference(), 100 * of1.low(), 100 * of1.high());
            }
            case Masked(Target target, MaskedResult own)
            when other instanceof Masked(Target t, MaskedResult its) ->
                bootstrap.meanDifference(own.losses(), its.losses());
            case Similarity own -> throw new IllegalArgumentException(other.target() + " is another target");
            case Masked own -> throw new IllegalArgumentException(other.target() + " is another target");
        };
    }

    /** The mean of some scores, by the targets' weights. */
    static double mean(List<TargetScore> scores) {
        double sum = 0;
        double weights = 0;
        for (TargetScore score : scores) {
            sum += score.target().weight() * score.score();
            weights += score.target().weight();
        }
        return sum / weights;
    }
}
