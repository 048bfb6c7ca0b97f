package io.sinter.evolve;

import io.sinter.eval.Bootstrap;
import io.sinter.eval.Bootstrap.Interval;
import io.sinter.evolve.Search.Found;
import io.sinter.evolve.SearchReport.Candidate;
import io.sinter.evolve.SearchReport.Seconds;
import io.sinter.evolve.SearchReport.Test;
import io.sinter.recipe.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A search from the recipe to its report: searches, tests the best candidate on other data, writes its recipe and, where asked,
 * its model.
 *
 * @param space what is varied
 * @param merger makes models
 * @param scorer on the data of the search
 * @param test on other data, if there is some
 */
public record Evolution(Space space, CandidateMerger merger, Scorer scorer, Optional<Scorer> test) {

    private static final int SAMPLES = 1000;
    private static final double CONFIDENCE = 0.95;

    /** What to write besides the recipe. */
    public enum Model {
        /** The merged model too. */
        MERGED,
        /** Nothing. */
        NONE
    }

    /**
     * Searches, or goes on with what is in the folder.
     *
     * @param folder for the log ({@code log.jsonl}), the best recipe ({@code best.yaml}) and the model ({@code model})
     */
    public SearchReport run(Path folder, SearchSettings settings, Model model, Search.Watcher watcher) {
        Path scratch = folder.resolve("candidate");
        Found found =
                new Search(space, new MergedCandidates(space, merger, scorer, scratch), settings, watcher).run(folder);
        List<Test> tests = test.map(
                        other -> tests(new MergedCandidates(space, merger, other, scratch), found, settings.seed()))
                .orElse(List.of());
        Path recipe =
                new BestRecipe(merger.file(), space, comments(found, tests, settings)).write(folder, found.best());
        @Nullable
        Path merged = switch (model) {
            case MERGED -> folder.resolve("model");
            case NONE -> null;
        };
        if (merged != null) {
            merger.at(recipe).whole(YamlReader.text(recipe), merged);
        }
        List<Evaluation> tried = found.evaluations();
        return new SearchReport(
                scorer.kind().label(),
                scorer.targets().stream().map(Target::toString).toList(),
                candidate(found.baseline()),
                candidate(found.best()),
                tried.size() - 1,
                (int) tried.stream().filter(e -> e.failure() != null).count(),
                seconds(tried),
                tests,
                recipe.toString(),
                merged == null ? null : merged.toString());
    }

    private Candidate candidate(Evaluation evaluation) {
        return new Candidate(
                evaluation.number(),
                Objects.requireNonNull(evaluation.score()),
                evaluation.scores(),
                space.named(evaluation.values()));
    }

    private static @Nullable Seconds seconds(List<Evaluation> tried) {
        List<Evaluation> timed = tried.stream()
                .filter(e -> e.failure() == null && e.scoreSeconds() > 0)
                .toList();
        return timed.isEmpty()
                ? null
                : new Seconds(
                        timed.stream().collect(Collectors.averagingDouble(Evaluation::mergeSeconds)),
                        timed.stream().collect(Collectors.averagingDouble(Evaluation::scoreSeconds)));
    }

    private static List<Test> tests(MergedCandidates candidates, Found found, long seed) {
        List<TargetScore> before = candidates.scores(found.baseline().values());
        List<TargetScore> after = found.best().number() == 0
                ? before
                : candidates.scores(found.best().values());
        List<Test> tests = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            Interval interval = after.get(i).minus(before.get(i), new Bootstrap(SAMPLES, CONFIDENCE, seed));
            tests.add(new Test(
                    before.get(i).target().toString(),
                    before.get(i).score(),
                    after.get(i).score(),
                    interval.difference(),
                    interval.low(),
                    interval.high()));
        }
        return tests;
    }

    private List<String> comments(Found found, List<Test> tests, SearchSettings settings) {
        List<String> lines = new ArrayList<>();
        Evaluation best = found.best();
        lines.add("Found by sinter evolve from %s: %s %s, where the recipe had %s."
                .formatted(
                        merger.file().getFileName(),
                        scorer.kind().label(),
                        number(best.score()),
                        number(found.baseline().score())));
        lines.add("Candidate %d of %d; population %d, step %s, seed %d."
                .formatted(
                        best.number(),
                        found.evaluations().size() - 1,
                        settings.population(space.coordinates().size()),
                        settings.step(),
                        settings.seed()));
        for (int i = 0; i < scorer.targets().size(); i++) {
            lines.add("on %s: %s (%s)"
                    .formatted(
                            scorer.targets().get(i),
                            number(best.scores().get(i)),
                            number(found.baseline().scores().get(i))));
        }
        tests.forEach(test -> lines.add("tested on %s: %s (%s), difference %s, 95 %% interval %s to %s"
                .formatted(
                        test.target(),
                        number(test.best()),
                        number(test.baseline()),
                        number(test.difference()),
                        number(test.low()),
                        number(test.high()))));
        return lines;
    }

    private static String number(@Nullable Double value) {
        return value == null ? "none" : String.format(Locale.ROOT, "%.4f", value);
    }
}
