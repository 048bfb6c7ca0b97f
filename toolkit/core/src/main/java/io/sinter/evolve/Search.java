package io.sinter.evolve;

import io.sinter.error.MalformedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hipparchus.exception.LocalizedCoreFormats;
import org.hipparchus.exception.MathIllegalStateException;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.SimpleBounds;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.noderiv.CMAESOptimizer;
import org.hipparchus.random.Well19937c;
import org.jspecify.annotations.Nullable;

/**
 * Searches the numbers of a recipe for the merge that scores best, by CMA-ES (covariance matrix adaptation: each generation is
 * drawn from a normal distribution, which moves and stretches to where the better half of them was) in the unit cube of the
 * ranges. The first candidate is the recipe as it is.
 *
 * <p>A search can be killed at any time: what was tried is in the log, and the same search draws the same candidates again, so
 * that it goes on where it was.
 *
 * @see <a href="https://arxiv.org/abs/1604.00772">Hansen, The CMA Evolution Strategy: A Tutorial</a>
 */
public final class Search {

    /**
     * How often a candidate outside of the ranges is drawn again before it is cut off at their ends. Cut off at once, half of a
     * search that begins at an end would be one candidate; mirrored, searches of 2 and 3 numbers came less near their end.
     */
    private static final int REDRAWS = 10;

    private final Space space;
    private final Objective objective;
    private final SearchSettings settings;
    private final Watcher watcher;

    /** Hears of candidates. */
    @FunctionalInterface
    public interface Watcher {

        /**
         * A candidate was tried, or read from the log.
         *
         * @param tried it
         * @param best so far
         */
        void tried(Evaluation tried, Evaluation best);
    }

    /**
     * What a search found.
     *
     * @param evaluations all candidates, the recipe as it is first
     * @param best the one of the best score
     * @param replayed how many were in the log already
     */
    public record Found(List<Evaluation> evaluations, Evaluation best, int replayed) {

        /** Copies the list. */
        public Found {
            evaluations = List.copyOf(evaluations);
        }

        /** The recipe as it is. */
        public Evaluation baseline() {
            return evaluations.getFirst();
        }
    }

    /** A search. */
    public Search(Space space, Objective objective, SearchSettings settings, Watcher watcher) {
        this.space = space;
        this.objective = objective;
        this.settings = settings;
        this.watcher = watcher;
    }

    /**
     * Searches, or goes on where a search of the same folder was.
     *
     * @param folder with the log
     * @throws io.sinter.error.SinterException if the recipe itself cannot be merged or scored, or the folder is another search's
     */
    public Found run(Path folder) {
        try (SearchLog log = SearchLog.open(folder, header())) {
            Run run = new Run(log);
            run.next(space.own());
            optimize(run);
            return new Found(run.tried, run.best(), run.replayed);
        }
    }

    private SearchLog.Header header() {
        return new SearchLog.Header(
                space.recipe().text(),
                space.coordinates().stream()
                        .map(c -> "%s: %s".formatted(c.name(), c.range()))
                        .toList(),
                objective.data(),
                settings.population(space.coordinates().size()),
                settings.step(),
                settings.seed());
    }

    private void optimize(Run run) {
        int numbers = space.coordinates().size();
        CMAESOptimizer optimizer = new CMAESOptimizer(
                Integer.MAX_VALUE,
                0,
                true,
                0,
                REDRAWS,
                new Well19937c(settings.seed()),
                false,
                (generation, before, now) -> false);
        try {
            optimizer.optimize(
                    new MaxEval(settings.budget()),
                    new ObjectiveFunction(point -> run.cost(run.next(space.values(point)))),
                    GoalType.MINIMIZE,
                    new InitialGuess(space.start()),
                    new SimpleBounds(new double[numbers], filled(numbers, 1)),
                    new CMAESOptimizer.Sigma(filled(numbers, settings.step())),
                    new CMAESOptimizer.PopulationSize(settings.population(numbers)));
        } catch (MathIllegalStateException e) {
            if (e.getSpecifier() != LocalizedCoreFormats.MAX_COUNT_EXCEEDED) {
                throw e;
            }
        }
    }

    private static double[] filled(int length, double value) {
        double[] array = new double[length];
        Arrays.fill(array, value);
        return array;
    }

    /** One run over the log. */
    private final class Run {

        private final SearchLog log;
        private final List<Evaluation> logged;
        private final List<Evaluation> tried = new ArrayList<>();
        private final Map<List<Double>, Evaluation> known = new HashMap<>();
        private int replayed;

        Run(SearchLog log) {
            this.log = log;
            this.logged = log.evaluations();
        }

        /** The next candidate's outcome: from the log, or of one with the same values, or by merging and scoring it. */
        Evaluation next(List<Double> values) {
            int number = tried.size();
            Evaluation evaluation;
            if (number < logged.size()) {
                evaluation = logged.get(number);
                if (!evaluation.values().equals(values)) {
                    throw new MalformedException(
                            "candidate %d is %s in the log, but %s by the seed: the log is of another version of Sinter; choose another folder"
                                    .formatted(number, evaluation.values(), values));
                }
                replayed++;
            } else {
                Evaluation same = known.get(values);
                evaluation = same == null ? objective.evaluate(number, values) : same.again(number);
                log.add(evaluation);
            }
            known.putIfAbsent(values, evaluation);
            tried.add(evaluation);
            watcher.tried(evaluation, best());
            return evaluation;
        }

        /** What CMA-ES makes small; a candidate that failed is worse than the worst before it. */
        double cost(Evaluation evaluation) {
            Double score = evaluation.score();
            if (score != null) {
                return objective.kind().cost(score);
            }
            double worst = Double.NEGATIVE_INFINITY;
            double best = Double.POSITIVE_INFINITY;
            for (Evaluation before : tried.subList(0, evaluation.number())) {
                Double itsScore = before.score();
                if (itsScore != null) {
                    worst = Math.max(worst, objective.kind().cost(itsScore));
                    best = Math.min(best, objective.kind().cost(itsScore));
                }
            }
            return worst + Math.max(worst - best, Math.abs(worst) / 100);
        }

        Evaluation best() {
            Evaluation best = tried.getFirst();
            for (Evaluation evaluation : tried) {
                if (isBetter(evaluation.score(), best.score())) {
                    best = evaluation;
                }
            }
            return best;
        }

        private boolean isBetter(@Nullable Double score, @Nullable Double than) {
            return score != null
                    && (than == null
                            || objective.kind().cost(score) < objective.kind().cost(than));
        }
    }
}
