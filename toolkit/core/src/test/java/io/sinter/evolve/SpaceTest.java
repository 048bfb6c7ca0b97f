package io.sinter.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.RecipeException;
import io.sinter.evolve.Range.Kind;
import io.sinter.evolve.Range.Scale;
import io.sinter.recipe.RecipeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpaceTest {

    private static final RecipeText RECIPE = RecipeText.of("r.yaml", """
            a: {x: 0.5, n: 3, big: 10, text: hello}
            list: [0.1, 0.2] # two
            """);

    private static Space space(String... options) {
        return Space.of(
                RECIPE, List.of(options).stream().map(SearchPlace::parse).toList());
    }

    @Test
    void options_sayRangeScaleKindAndGradient() {
        assertThat(SearchPlace.parse("a.x=-1..2.5"))
                .isEqualTo(new SearchPlace("a.x", new Range(-1, 2.5, Scale.LINEAR, Kind.REAL), 1));
        assertThat(SearchPlace.parse("m[0].p=1e-3..10:log"))
                .isEqualTo(new SearchPlace("m[0].p", new Range(1e-3, 10, Scale.LOG, Kind.REAL), 1));
        assertThat(SearchPlace.parse("n=1..8:log:int:gradient=3"))
                .isEqualTo(new SearchPlace("n", new Range(1, 8, Scale.LOG, Kind.INTEGER), 3));
    }

    @Test
    void file_saysTheSame(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("space.yaml"), """
                - {path: a.x, from: -1, to: 2.5}
                - {path: n, from: 1, to: 8, scale: log, integer: true, gradient: 3}
                """);

        assertThat(SearchPlace.read(file))
                .containsExactly(SearchPlace.parse("a.x=-1..2.5"), SearchPlace.parse("n=1..8:log:int:gradient=3"));
        Files.writeString(file, "- {path: a.x, from: 1, to: 1}\n");
        assertThatThrownBy(() -> SearchPlace.read(file))
                .isInstanceOf(RecipeException.class)
                .hasMessageStartingWith("space.yaml:1: [0]: got 1.0 to 1.0");
        Files.writeString(file, "path: a.x\n");
        assertThatThrownBy(() -> SearchPlace.read(file))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("expected a list of {path, from, to}");
    }

    @ParameterizedTest
    @CsvSource({
        "a.x, 'expected PATH=FROM..TO'",
        "a.x=0, 'expected PATH=FROM..TO'",
        "a.x=a..b, 'expected numbers'",
        "a.x=1..0, 'a smaller and a larger number'",
        "a.x=0..1:log, 'numbers above 0'",
        "a.x=0.5..1:int, 'whole numbers'",
        "a.y=0..1, 'r.yaml has no such value; write one, with which the search begins; it has a.x, a.n, a.big, list[0], list[1]'",
        "a.text=0..1, 'is \"hello\" in the recipe, expected a number'",
        "a.big=0..1, 'is 10 in the recipe, outside of 0 to 1'",
        "list=0..1:gradient=3, 'the recipe has 2 values, but gradient=3'",
    })
    void mistakes_areExplained(String option, String message) {
        assertThatThrownBy(() -> space(option))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void place_namedTwice_isRefused() {
        assertThatThrownBy(() -> space("a.x=0..1", "a.x=0..2"))
                .isInstanceOf(RecipeException.class)
                .hasMessage("space: a.x is named twice");
    }

    @Test
    void recipe_getsValues_listsAndWholeNumbers() {
        Space space = space("a.x=0..1:gradient=3", "a.n=1..8:int", "list=0..1");

        assertThat(space.own()).containsExactly(0.5, 0.5, 0.5, 3.0, 0.1, 0.2);
        assertThat(space.text(space.own())).isEqualTo(RECIPE.text());
        assertThat(space.text(space.values(new double[] {0, 0.25, 1, 0.5, 0.123456789, 1})))
                .isEqualTo("""
                a: {x: [0, 0.25, 1], n: 4, big: 10, text: hello}
                list: [0.12346, 1] # two
                """);
        assertThat(space.named(space.own())).containsKeys("a.x[0]", "a.x[2]", "a.n", "list[1]");
    }

    @Test
    void range_thereAndBack_isTheSame() {
        long seed = 20261123;
        SplittableRandom random = new SplittableRandom(seed);
        for (Range range : List.of(
                new Range(-2, 5, Scale.LINEAR, Kind.REAL),
                new Range(1e-4, 10, Scale.LOG, Kind.REAL),
                new Range(2, 60, Scale.LOG, Kind.INTEGER))) {
            for (int i = 0; i < 100; i++) {
                double value = range.at(random.nextDouble());
                assertThat(range.contains(value))
                        .as("%s of %s, seed %d", value, range, seed)
                        .isTrue();
                assertThat(range.at(range.part(value)))
                        .as("%s, seed %d", range, seed)
                        .isEqualTo(value, within(1e-9));
                assertThat(Double.parseDouble(range.format(value))).isEqualTo(value);
            }
        }
        assertThat(new Range(1, 100, Scale.LOG, Kind.REAL).at(0.5)).isEqualTo(10, within(1e-3));
    }
}
