package io.sinter.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.OutputException;
import io.sinter.recipe.RecipeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchTest {

    private static final SearchSettings SETTINGS = new SearchSettings(8, 160, 0.25, 7);

    @TempDir
    Path folder;

    private final Space space = Space.of(
            RecipeText.of("r.yaml", "{x: 0.9, y: 1, n: 2}"),
            List.of(SearchPlace.parse("x=0..1"), SearchPlace.parse("y=0.1..10:log"), SearchPlace.parse("n=1..9:int")));

    /** A valley whose lowest point is x = 0.3, y = 4, n = 7; for STS, its mirror image. */
    private record Valley(Target.Kind kind, List<Integer> evaluated, List<Integer> failing) implements Objective {

        static Valley of(Target.Kind kind) {
            return new Valley(kind, new ArrayList<>(), new ArrayList<>());
        }

        @Override
        public List<String> data() {
            return List.of("valley");
        }

        @Override
        public Evaluation evaluate(int number, List<Double> values) {
            evaluated.add(number);
            if (failing.contains(number)) {
                return new Evaluation(number, values, null, List.of(), "does not merge", 0.1, 0);
            }
            double x = values.get(0) - 0.3;
            double y = Math.log(values.get(1) / 4);
            double n = (values.get(2) - 7) / 8;
            double height = x * x + y * y + n * n + 0.3 * x * y;
            double score = kind == Target.Kind.MLM ? height : 90 - height;
            return new Evaluation(number, values, score, List.of(score), null, 0.1, 0.2);
        }
    }

    private Search.Found search(Objective objective, Path log) {
        return new Search(space, objective, SETTINGS, (tried, best) -> {}).run(log);
    }

    private static List<String> lines(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve(SearchLog.FILE_NAME));
    }

    @Test
    void search_ofAValley_findsItsLowestPoint() {
        Valley valley = Valley.of(Target.Kind.MLM);

        Search.Found found = search(valley, folder);

        assertThat(found.baseline().values()).containsExactly(0.9, 1.0, 2.0);
        assertThat(found.best().score()).isLessThan(1e-3);
        assertThat(found.best().values().get(2)).isEqualTo(7);
        assertThat(found.evaluations()).hasSize(SETTINGS.budget() + 1);
        assertThat(found.replayed()).isZero();
        assertThat(valley.evaluated)
                .as("the first point is the recipe, which is known")
                .doesNotContain(1);
    }

    @Test
    void higherIsBetter_whereScoresAreCorrelations() {
        assertThat(search(Valley.of(Target.Kind.STS), folder).best().score()).isGreaterThan(90 - 1e-3);
    }

    @Test
    void log_cutAnywhere_leadsToTheSameSearch() throws IOException {
        search(Valley.of(Target.Kind.MLM), folder.resolve("whole"));
        List<String> whole = lines(folder.resolve("whole"));
        for (int kept : new int[] {0, 1, 2, 17, 100, whole.size()}) {
            Path cut = Files.createDirectories(folder.resolve("cut" + kept));
            Files.write(cut.resolve(SearchLog.FILE_NAME), whole.subList(0, kept));
            if (kept < whole.size()) {
                String half = whole.get(kept).substring(0, whole.get(kept).length() / 2);
                Files.writeString(cut.resolve(SearchLog.FILE_NAME), half, StandardOpenOption.APPEND);
            }
            Valley valley = Valley.of(Target.Kind.MLM);

            Search.Found found = search(valley, cut);

            assertThat(lines(cut)).as("kept %d", kept).isEqualTo(whole);
            assertThat(found.replayed()).isEqualTo(Math.max(0, kept - 1));
            assertThat(valley.evaluated).allSatisfy(number -> assertThat(number).isGreaterThanOrEqualTo(kept - 1));
        }
    }

    @Test
    void log_ofASmallerBudget_isGoneOnWith() throws IOException {
        SearchSettings few = new SearchSettings(8, 20, 0.25, 7);
        new Search(space, Valley.of(Target.Kind.MLM), few, (tried, best) -> {}).run(folder.resolve("a"));
        assertThat(lines(folder.resolve("a"))).hasSize(22);

        search(Valley.of(Target.Kind.MLM), folder.resolve("a"));
        search(Valley.of(Target.Kind.MLM), folder.resolve("b"));

        assertThat(lines(folder.resolve("a"))).isEqualTo(lines(folder.resolve("b")));
    }

    @Test
    void candidates_thatFail_areLoggedAndAvoided() {
        Valley valley = Valley.of(Target.Kind.MLM);
        valley.failing.addAll(List.of(3, 4, 11));

        Search.Found found = search(valley, folder);

        assertThat(found.evaluations().get(3).failure()).isEqualTo("does not merge");
        assertThat(found.best().score()).isLessThan(1e-3);
    }

    @Test
    void log_ofAnotherSearch_isRefused() throws IOException {
        search(Valley.of(Target.Kind.MLM), folder);
        SearchSettings other = new SearchSettings(8, 160, 0.25, 8);

        assertThatThrownBy(() -> new Search(space, Valley.of(Target.Kind.MLM), other, (tried, best) -> {}).run(folder))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("is of another search");

        List<String> damaged = new ArrayList<>(lines(folder));
        damaged.set(3, damaged.get(3).replace("[", "[ x"));
        Files.write(folder.resolve(SearchLog.FILE_NAME), damaged);
        assertThatThrownBy(() -> search(Valley.of(Target.Kind.MLM), folder))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("line 4");
    }

    @Test
    void log_inUse_isRefused() {
        assertThatThrownBy(() -> new Search(
                                space,
                                Valley.of(Target.Kind.MLM),
                                SETTINGS,
                                (tried, best) -> search(Valley.of(Target.Kind.MLM), folder))
                        .run(folder))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("another process searches here");
    }

    @Test
    void settings_outOfRange_areRefused() {
        assertThatThrownBy(() -> new SearchSettings(1, 10, 0.2, 0)).hasMessage("population: got 1, expected 2 or more");
        assertThatThrownBy(() -> new SearchSettings(0, 0, 0.2, 0)).hasMessage("budget: got 0, expected 1 or more");
        assertThatThrownBy(() -> new SearchSettings(0, 1, 0, 0))
                .hasMessage("step: got 0.0, expected more than 0, at most 1");
        assertThat(new SearchSettings(0, 1, 1, 0).population(2)).isEqualTo(6);
    }
}
