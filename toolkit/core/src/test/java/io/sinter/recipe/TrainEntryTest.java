package io.sinter.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.RecipeException;
import io.sinter.mergekit.MergekitReader;
import io.sinter.pooling.Pooling;
import io.sinter.train.AdamW;
import io.sinter.train.Schedule;
import io.sinter.train.Sgd;
import io.sinter.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainEntryTest {

    private static final String MINIMAL = """
            objective: similarity
            data: pairs.tsv
            steps: 10
            """;

    @Test
    void everyKey_isRead() {
        TrainEntry train = read("""
                objective: contrastive
                data: [a.tsv, b.tsv]
                dev: {data: held-out.tsv, every: 100, patience: 5}
                steps: 1000
                batch: 16
                accumulate: 2
                max_tokens: 128
                pooling: mean
                optimizer: {method: adamw, rate: 1e-4, weight_decay: 0.1, beta2: 0.98}
                schedule: {decay: cosine, warmup: 50}
                clip: 1.0
                dropout: 0.1
                seed: 7
                only: ["encoder.layer.3.*"]
                bad_lines: skip
                temperature: 0.02
                """);
        assertThat(train.objective()).isEqualTo(new ObjectiveEntry.Contrastive(0.02));
        assertThat(train.texts())
                .isEqualTo(
                        new TrainEntry.Texts(List.of("a.tsv", "b.tsv"), TrainEntry.BadLines.SKIP, 128, Pooling.MEAN));
        assertThat(train.dev()).isEqualTo(new TrainEntry.DevEntry("held-out.tsv", 100L, 5));
        assertThat(train.length()).isEqualTo(new TrainEntry.Length(1000L, null, 16, 2));
        assertThat(train.learning().dropout()).isEqualTo(0.1);
        assertThat(train.learning().seed()).isEqualTo(7);
        assertThat(train.only()).containsExactly("encoder.layer.3.*");
        assertThat(train.options(1000))
                .isEqualTo(new TrainingOptions(
                        new AdamW(0.9, 0.98, 1e-8, 0.1),
                        new Schedule(Schedule.Decay.COSINE, 1e-4, 50, 1000),
                        1.0,
                        2,
                        7));
    }

    @Test
    void whatIsNotGiven_isUsual() {
        TrainEntry train = read(MINIMAL);
        assertThat(train.length().batch()).isEqualTo(32);
        assertThat(train.texts().badLines()).isEqualTo(TrainEntry.BadLines.FATAL);
        assertThat(train.options(10))
                .isEqualTo(new TrainingOptions(
                        AdamW.DEFAULT,
                        new Schedule(Schedule.Decay.LINEAR, 5e-5, 0, 10),
                        Double.POSITIVE_INFINITY,
                        1,
                        0));
    }

    @Test
    void epochs_areStepsOfTheData() {
        TrainEntry.Length length =
                read(MINIMAL.replace("steps: 10", "epochs: 2.5")).length();
        assertThat(length.steps(40)).isEqualTo(100);
        assertThat(length.steps(0)).isEqualTo(1);
        assertThat(read(MINIMAL).length().steps(40)).isEqualTo(10);
    }

    @Test
    void warmup_belowOne_isAShare() {
        Schedule schedule = new ScheduleEntry(Schedule.Decay.LINEAR, 0.1).over(1e-3, 200);
        assertThat(schedule).isEqualTo(new Schedule(Schedule.Decay.LINEAR, 1e-3, 20, 200));
        assertThatThrownBy(() -> new ScheduleEntry(Schedule.Decay.LINEAR, 50.0).over(1e-3, 40))
                .hasMessage("schedule: warmup: got 50 steps, but the whole training has 40: expected fewer");
    }

    @Test
    void objective_isWrittenEitherWay() {
        String text = MINIMAL.replace("similarity", "masked-language-model");
        assertThat(read(text).objective()).isEqualTo(new ObjectiveEntry.MaskedLanguageModel());
        assertThat(read(text.replace("-language-", "_language_")
                                .replace("masked-", "masked_")
                                .replace("-model", "_model"))
                        .objective()
                        .method())
                .isEqualTo("masked_language_model");
    }

    @Test
    void sgd_takesMomentum() {
        TrainEntry train = read(MINIMAL + "optimizer: {method: sgd, rate: 0.1, momentum: 0.9}\n");
        assertThat(train.options(10).optimizer()).isEqualTo(new Sgd(0.9, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            steps: 10       | stepps: 10             | unknown key; known: data, dev, steps,
            steps: 10       | steps: 0               | steps: got 0, expected 1 or more
            steps: 10       | batch: 8               | needs the key "steps" or the key "epochs"
            similarity      | simmilarity            | unknown objective "simmilarity"; known: masked_language_model,
            similarity      | simmilarity            | did you mean "similarity"?
            steps: 10       | temperature: 0.1       | train.yaml:3: temperature: unknown key
            steps: 10       | {steps: 10}            | expected
            pairs.tsv       | []                     | data: is empty, expected one file or more
            pairs.tsv       | {a: b}                 | data: got a mapping, expected a file or a list of files
            """)
    void mistake_isAnErrorWithItsPlace(String from, String to, String message) {
        assertThatThrownBy(() -> read(MINIMAL.replace(from, to)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            only: [a]\\nlora: {rank: 4}           | has both only and lora
            lora: {rank: 0}                       | lora: got rank 0
            epochs: 2                             | has both steps and epochs
            max_tokens: 2                         | max_tokens: got 2, expected 3 or more
            clip: 0                               | clip: got 0.0, expected more than 0
            dropout: 1                            | dropout: got 1.0, expected 0 to less than 1
            optimizer: {method: adam}             | unknown method "adam"; known: adamw, sgd; did you mean "adamw"?
            optimizer: {method: adamw, rate: 0}   | rate: got 0.0, expected more than 0
            optimizer: {method: sgd, beta1: 0.9}  | beta1: unknown key
            schedule: {decay: step}               | known: constant, linear, cosine
            schedule: {warmup: 1.5}               | warmup: got 1.5
            dev: {every: 3}                       | needs the key "data"
            only: []                              | only: is empty
            """)
    void addition_thatMakesNoSense_isAnError(String line, String message) {
        assertThatThrownBy(() -> read(MINIMAL + line.replace("\\n", "\n") + "\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void teacher_isAModelOrARecipe() {
        String text = MINIMAL.replace("similarity", "distillation");
        assertThat(read(text + "teacher: {model: both, layers: [6, 12]}\n").objective())
                .isEqualTo(new ObjectiveEntry.Distillation(
                        new ObjectiveEntry.Teacher("both", null, null, null, List.of(6, 12))));
        assertThatThrownBy(() -> read(text)).hasMessageContaining("needs the key \"teacher\"");
        assertThatThrownBy(() -> read(text + "teacher: {model: both, recipe: both.yaml}\n"))
                .hasMessageContaining("expected either model or recipe");
    }

    @Test
    void bothLanguages_haveTheSection() {
        String train = "train: {objective: similarity, data: pairs.tsv, steps: 10}\n";
        Recipe tables = RecipeReader.parse(
                Path.of("r.yaml"), "models: [{model: a}, {model: b}]\nbody: a\ncombine: {method: average}\n" + train);
        assertThat(Objects.requireNonNull(tables.train()).objective()).isEqualTo(new ObjectiveEntry.Similarity());
        assertThat(MergekitReader.parse(
                                Path.of("r.yaml"),
                                "merge_method: linear\nmodels: [{model: a, parameters: {weight: 1}}]\n" + train)
                        .train())
                .isEqualTo(tables.train());
    }

    @Test
    void twoDocuments_withATraining_areOneTooMany() {
        String document = """
                models: [{model: a, parameters: {weight: 1}}]
                merge_method: linear
                train: {objective: similarity, data: pairs.tsv, steps: 10}
                """;
        assertThatThrownBy(
                        () -> MergekitReader.parse(Path.of("r.yaml"), "name: first\n" + document + "---\n" + document))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("a second training");
    }

    private static TrainEntry read(String text) {
        return TrainEntry.read(YamlReader.parse("train.yaml", text));
    }
}
