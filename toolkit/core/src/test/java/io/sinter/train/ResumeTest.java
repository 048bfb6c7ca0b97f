package io.sinter.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.OutputException;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that end in the middle, and go on. */
class ResumeTest {

    @TempDir
    Path temporary;

    private final List<String> events = new ArrayList<>();

    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void resumed(long step) {
            events.add("resumed " + step);
        }

        @Override
        public void saved(long step) {
            events.add("saved " + step);
        }
    };

    private Path folder(String name) {
        return temporary.resolve(name);
    }

    private Trained run(String folder, long steps) {
        return TrainingProcess.run(folder(folder), TrainingProcess.training(steps, 1000), listener);
    }

    /** Without what the clock says. */
    private List<String> metrics(String folder) throws IOException {
        try (Stream<String> lines = Files.lines(folder(folder).resolve("metrics.jsonl"))) {
            return lines.map(line -> line.replaceAll(",\"seconds\":[^}]*", "")).toList();
        }
    }

    private List<String> files(String folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder(folder))) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertSame(Trained actual, Trained expected) {
        assertThat(actual.weights().keySet()).isEqualTo(expected.weights().keySet());
        actual.weights()
                .forEach((name, tensor) -> assertThat(tensor.contentEquals(
                                requireNonNull(expected.weights().get(name))))
                        .as(name)
                        .isTrue());
        assertThat(actual.steps()).isEqualTo(expected.steps());
        assertThat(actual.best()).isEqualTo(expected.best());
    }

    @Test
    void processThatIsKilled_goesOnToTheSameWeightsBitForBit() throws Exception {
        Trained whole = run("whole", 1000);
        Process process = TrainingProcess.start(folder("killed"), 100_000);
        Path log = folder("killed").resolve("metrics.jsonl");
        while (process.isAlive() && (!Files.exists(log) || Files.size(log) < 12_000)) {
            Thread.sleep(2);
        }
        process.destroyForcibly().waitFor();
        events.clear();
        Trained resumed = run("killed", 1000);
        assertThat(events.getFirst()).startsWith("resumed ").isNotEqualTo("resumed 1000");
        assertSame(resumed, whole);
        assertThat(metrics("killed")).isEqualTo(metrics("whole"));
        assertThat(files("killed")).isEqualTo(files("whole"));
    }

    @Test
    void folder_keepsTheLastTwoCheckpointsAndTheBestWeights() throws IOException {
        Trained trained = run("run", 105);
        long best = trained.best().orElseThrow().step();
        assertThat(events).containsExactly("saved 20", "saved 40", "saved 60", "saved 80", "saved 100", "saved 105");
        assertThat(files("run"))
                .contains(
                        "checkpoint-100.safetensors",
                        "checkpoint-105.safetensors",
                        "best-%d.safetensors".formatted(best))
                .contains("metrics.jsonl", "loss.svg")
                .hasSizeLessThanOrEqualTo(6)
                .doesNotContain("checkpoint-80.safetensors");
        SafetensorsFile file = SafetensorsFile.open(folder("run").resolve("best-%d.safetensors".formatted(best)));
        assertThat(file.tensor("a")
                        .contentEquals(requireNonNull(trained.weights().get("a"))))
                .isTrue();
    }

    @Test
    void finishedTraining_runAgain_givesItsResultWithoutSteps() throws IOException {
        Trained first = run("run", 45);
        List<String> metrics = metrics("run");
        events.clear();
        assertSame(run("run", 45), first);
        assertThat(events).containsExactly("resumed 45");
        assertThat(metrics("run")).isEqualTo(metrics);
    }

    @Test
    void moreSteps_goOnWhereFewerEnded() {
        run("run", 40);
        assertSame(run("run", 63), run("whole", 63));
    }

    @Test
    void fewerSteps_thanTheCheckpointHas_areRefused() {
        run("run", 40);
        assertThatThrownBy(() -> run("run", 30))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("after 40 steps, but there are only 30");
    }

    @Test
    void stoppedTraining_runAgain_staysStopped() {
        Training training = TrainingProcess.training(3000, 1);
        Trained first = TrainingProcess.run(folder("run"), training, listener);
        assertThat(first.stoppedEarly()).isTrue();
        events.clear();
        assertSame(TrainingProcess.run(folder("run"), TrainingProcess.training(3000, 1), listener), first);
        assertThat(events).containsExactly("resumed " + first.steps());
    }

    @Test
    void folderOfAnotherTraining_isRefused_sayingWhatDiffers() {
        run("run", 20);
        assertThatThrownBy(() -> TrainingProcess.run(folder("run"), TrainingProcess.training(20, 5), listener))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("checkpoint-20.safetensors: is of another training, with other what is measured")
                .hasMessageContaining("patience 1000");
    }

    @Test
    void checkpoint_withoutATensorOrOfAnotherShape_isRefused() {
        run("run", 20);
        Path file = folder("run").resolve("checkpoint-20.safetensors");
        SafetensorsFile stored = SafetensorsFile.open(file);
        Map<String, TensorData> tensors = new HashMap<>();
        stored.names().forEach(name -> tensors.put(name, stored.tensor(name).copy()));
        tensors.put("a", TensorData.vector(1f));
        SafetensorsWriter.write(file, tensors, stored.metadata());
        assertThatThrownBy(() -> run("run", 40))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("tensor \"a\": got FLOAT [1], expected FLOAT [24, 24]");
        tensors.remove("a");
        SafetensorsWriter.write(file, tensors, stored.metadata());
        assertThatThrownBy(() -> run("run", 40))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("got tensors");
    }

    @Test
    void twoTrainings_inOneFolderAtOnce_areRefused() {
        try (MetricsLog _ = MetricsLog.open(temporary)) {
            assertThatThrownBy(() -> TrainingProcess.run(temporary, TrainingProcess.training(20, 1), listener))
                    .isInstanceOf(OutputException.class)
                    .hasMessageContaining("another process trains here");
        }
    }

    @Test
    void metrics_withABadLine_nameIt() throws IOException {
        run("run", 20);
        Path log = folder("run").resolve("metrics.jsonl");
        List<String> lines = new ArrayList<>(Files.readAllLines(log));
        lines.set(4, "{\"step\": 4}");
        Files.write(log, lines);
        assertThatThrownBy(() -> run("run", 40))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("metrics.jsonl: line 5");
    }
}
