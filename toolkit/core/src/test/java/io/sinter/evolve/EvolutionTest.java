package io.sinter.evolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.ensemble.EnsembleMerger;
import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.RandomMasking;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.merge.Merger;
import io.sinter.merge.ModelLocation;
import io.sinter.progress.Progress;
import io.sinter.recipe.RecipeText;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole searches on a small real model. */
@Tag("slow")
class EvolutionTest {

    private static final Path SAMPLES =
            Path.of("../../samples").toAbsolutePath().normalize();
    private static final OrtRuntime RUNTIME = new OrtRuntime();

    @TempDir
    Path folder;

    private Path text;

    @BeforeEach
    void cutText() throws IOException {
        List<String> lines = Files.readAllLines(SAMPLES.resolve("data/fiction.txt"));
        text = Files.write(folder.resolve("dev.txt"), lines.subList(0, Math.min(12, lines.size())));
    }

    private Scorer scorer(String... targets) {
        return new Scorer(
                new Scorer.Running(RUNTIME, model -> EmbedderOptions.DEFAULT, LogitsOptions.DEFAULT, 3),
                List.of(targets).stream().map(Target::parse).toList());
    }

    /** Of a recipe whose models are {@code models/…}; they are reached by relative paths. */
    private Evolution evolution(String written, Optional<Scorer> test, String... places) throws IOException {
        Path models = folder.toAbsolutePath().relativize(SAMPLES.resolve("models"));
        String recipe = written.replace("models/", models + "/");
        Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
        CandidateMerger merger = new CandidateMerger(
                file,
                ModelLocation.standard(),
                new Merger(RUNTIME, SessionOptions.DEFAULT, Progress.NONE),
                new EnsembleMerger(RUNTIME, SessionOptions.DEFAULT, Progress.NONE),
                new CheckpointMerger(Progress.NONE));
        Space space = Space.of(
                RecipeText.of("recipe.yaml", recipe),
                List.of(places).stream().map(SearchPlace::parse).toList());
        return new Evolution(space, merger, scorer("mlm:" + text), test);
    }

    private double lossOf(Path model) {
        try (MaskedLanguageModel opened =
                MaskedLanguageModel.open(RUNTIME, ModelSource.open(model), LogitsOptions.DEFAULT)) {
            return MaskedEvaluation.run(opened, new RandomMasking(3).read(text, opened))
                    .loss();
        }
    }

    private static SearchSettings settings(int budget) {
        return new SearchSettings(4, budget, 0.3, 3);
    }

    @Test
    void wholeModels_areSearched_andTheBestIsWritten() throws IOException {
        Evolution evolution = evolution(
                """
                merge_method: task_arithmetic
                base_model: models/bert-mini
                models: [{model: models/bert-mini-fiction, parameters: {weight: 0.2}}] # little
                """,
                Optional.of(scorer("mlm:" + SAMPLES.resolve("data/reference.txt"))),
                "models[0].parameters.weight=0..1.5");
        Path out = folder.resolve("found/here");
        List<Integer> heard = new ArrayList<>();

        SearchReport report =
                evolution.run(out, settings(6), Evolution.Model.MERGED, (tried, best) -> heard.add(tried.number()));

        assertThat(heard).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(report.best().score()).isLessThan(report.baseline().score() - 0.1);
        assertThat(report.test()).hasSize(1).allSatisfy(test -> {
            assertThat(test.difference()).isEqualTo(test.best() - test.baseline(), within(1e-9));
            assertThat(test.difference()).isBetween(test.low(), test.high());
        });
        assertThat(lossOf(out.resolve("model"))).isEqualTo(report.best().score(), within(1e-5));
        assertThat(Files.readString(out.resolve("best.yaml")))
                .startsWith("# Found by sinter evolve from recipe.yaml: masked loss ")
                .contains("base_model: \"" + out.relativize(SAMPLES.resolve("models/bert-mini")) + "\"")
                .contains("# little");
        try (var files = Files.list(out)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("log.jsonl", "best.yaml", "model");
        }
    }

    @Test
    void tables_areSearched() throws IOException {
        Evolution evolution = evolution("""
                models: [{name: base, model: models/bert-mini}, {name: fiction, model: models/bert-mini-fiction}]
                body: fiction
                combine: {method: weighted-sum, weights: [0.9, 0.1]}
                """, Optional.empty(), "combine.weights=0..1");

        SearchReport report = evolution.run(folder.resolve("out"), settings(5), Evolution.Model.NONE, (a, b) -> {});

        assertThat(report.best().score()).isLessThan(report.baseline().score());
        assertThat(report.best().values()).containsOnlyKeys("combine.weights[0]", "combine.weights[1]");
        assertThat(report.model()).isNull();
    }

    @Test
    void encodersSideBySide_areSearched() throws IOException {
        Path pairs = Files.writeString(folder.resolve("pairs.tsv"), """
                5\tthe old man went home\tthe man went to his house
                4\ta dog ran over the hill\tthe dog was on the hill
                1\tshe read the letter again\tthe ship was far away
                0\tit rained all night\thalf of the number is a prime
                """);
        String recipe = """
                models:
                  - {name: a, model: models/bert-mini-fiction, pooling: mean}
                  - {name: b, model: models/bert-mini-reference, pooling: mean}
                combine: {level: sentence, method: weighted-sum, weights: [0.9, 0.1]}
                """;
        Evolution whole = evolution(recipe, Optional.empty(), "combine.weights[0]=0..1");
        Evolution evolution = new Evolution(whole.space(), whole.merger(), scorer("sts:" + pairs), Optional.empty());

        SearchReport report = evolution.run(folder.resolve("out"), settings(3), Evolution.Model.NONE, (a, b) -> {});

        assertThat(report.failed()).isZero();
        assertThat(report.best().score())
                .isGreaterThanOrEqualTo(report.baseline().score());
    }

    @Test
    void recipe_thatDoesNotMerge_isAnError_andLeavesNoCandidate() throws IOException {
        Evolution evolution = evolution("""
                merge_method: linear
                models:
                  - {model: models/bert-mini, parameters: {weight: 0.5}}
                  - {model: models/roberta-mini, parameters: {weight: 0.5}}
                """, Optional.empty(), "models[0].parameters.weight=0..1");

        assertThatThrownBy(() -> evolution.run(folder.resolve("out"), settings(5), Evolution.Model.NONE, (a, b) -> {}))
                .isInstanceOf(IncompatibleException.class);
        assertThat(folder.resolve("out/candidate")).doesNotExist();
    }

    @Test
    void targets_ofTwoKinds_haveNoMean() {
        assertThatThrownBy(() -> scorer("mlm:a.txt", "sts:b.tsv"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("in different units");
        assertThatThrownBy(() -> Target.parse("loss:a.txt"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("expected sts:FILE.tsv or mlm:FILE");
        assertThat(Target.parse("mlm:a.txt:2.5")).isEqualTo(new Target(Target.Kind.MLM, Path.of("a.txt"), 2.5));
        assertThat(Target.parse("sts:C:/a.tsv")).isEqualTo(new Target(Target.Kind.STS, Path.of("C:/a.tsv"), 1));
    }
}
