package io.sinter.evolve;

import io.sinter.error.MalformedException;
import io.sinter.error.SinterException;
import io.sinter.file.Unfinished;
import java.nio.file.Path;
import java.util.List;

/**
 * Merges candidates, one after the other, into a folder that goes when they are scored.
 *
 * @param space what is varied
 * @param merger makes models
 * @param scorer scores them
 * @param folder for one candidate
 */
record MergedCandidates(Space space, CandidateMerger merger, Scorer scorer, Path folder) implements Objective {

    @Override
    public Target.Kind kind() {
        return scorer.kind();
    }

    @Override
    public List<String> data() {
        return scorer.targets().stream().map(Target::identity).toList();
    }

    @Override
    public Evaluation evaluate(int number, List<Double> values) {
        long start = System.nanoTime();
        try {
            Scored scored = scored(values);
            double mean = TargetScore.mean(scored.scores);
            if (!Double.isFinite(mean)) {
                throw new MalformedException("the score is no number");
            }
            List<Double> scores = scored.scores.stream().map(TargetScore::score).toList();
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Evaluation(
                    number, values, mean, scores, null, scored.mergeSeconds, seconds - scored.mergeSeconds);
        } catch (SinterException e) {
            if (number == 0) {
                throw e;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Evaluation(number, values, null, List.of(), e.getMessage(), seconds, 0);
        }
    }

    /** The scores of the recipe with some values. */
    List<TargetScore> scores(List<Double> values) {
        return scored(values).scores;
    }

    private record Scored(double mergeSeconds, List<TargetScore> scores) {}

    private Scored scored(List<Double> values) {
        Unfinished.deleteTree(folder);
        Unfinished unfinished = Unfinished.of(folder);
        try {
            long start = System.nanoTime();
            merger.merge(space.text(values), folder);
            double merged = (System.nanoTime() - start) / 1e9;
            return new Scored(merged, scorer.score(folder));
        } finally {
            Unfinished.deleteTree(folder);
            unfinished.close();
        }
    }
}
