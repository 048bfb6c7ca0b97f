package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Tag("slow")
class EvolveCommandTest {

    private static final Path SAMPLES = SinterProcess.HOME.resolve("samples");

    @TempDir
    Path folder;

    @BeforeEach
    void cutText() throws IOException {
        List<String> lines = Files.readAllLines(SAMPLES.resolve("data/fiction.txt"));
        Files.write(folder.resolve("dev.txt"), lines.subList(0, Math.min(12, lines.size())));
    }

    private static List<String> arguments(String output, int budget) {
        return new ArrayList<>(List.of(
                "evolve",
                SAMPLES.resolve("recipes/evolve.yaml").toString(),
                "--space",
                "models[0].parameters.weight=0..1.2",
                "parameters.lambda=0.5..2:log",
                "--eval",
                "mlm:dev.txt",
                "--population",
                "4",
                "--budget",
                String.valueOf(budget),
                "--threads",
                "1",
                "-o",
                output));
    }

    private SinterProcess.Result run(List<String> arguments) {
        return SinterProcess.run(folder, arguments.toArray(String[]::new));
    }

    /** The candidates without what they took. */
    private List<String> candidates(String output) throws IOException {
        return Files.readAllLines(folder.resolve(output).resolve("log.jsonl")).stream()
                .map(line -> line.replaceAll("\"(merge|score)_seconds\":[^,}]*", ""))
                .toList();
    }

    @Test
    void search_thatIsKilled_goesOnAsIfItWasNot() throws IOException, InterruptedException {
        SinterProcess killed =
                SinterProcess.start(folder, arguments("killed", 9).toArray(String[]::new));
        Path log = folder.resolve("killed/log.jsonl");
        while (killed.process().isAlive()
                && (!Files.exists(log) || Files.readAllLines(log).size() < 5)) {
            Thread.sleep(5);
        }
        killed.process().destroyForcibly();
        assertThat(killed.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        int before = Files.readAllLines(log).size();
        assertThat(before).isLessThan(11);

        SinterProcess.Result again = run(arguments("killed", 9)).exits(ExitCode.OK);
        run(arguments("whole", 9)).exits(ExitCode.OK);

        assertThat(candidates("killed")).isEqualTo(candidates("whole"));
        assertThat(folder.resolve("killed/best.yaml")).hasSameTextualContentAs(folder.resolve("whole/best.yaml"));
        assertThat(folder.resolve("killed/candidate")).doesNotExist();
        assertThat(again.err()).contains("   9 of 9  ");
    }

    @Test
    void json_isTheReport_andTheModelIsMerged() {
        List<String> arguments = arguments("out", 4);
        arguments.addAll(List.of("--test", "mlm:dev.txt", "--merge", "--json"));

        JsonNode report = run(arguments).exits(ExitCode.OK).json();

        assertThat(report.path("candidates").intValue()).isEqualTo(4);
        assertThat(report.path("best").path("score").doubleValue())
                .isLessThanOrEqualTo(report.path("baseline").path("score").doubleValue());
        assertThat(report.path("test").get(0).path("best").doubleValue())
                .isEqualTo(report.path("best").path("score").doubleValue());
        assertThat(folder.resolve("out/model/model.onnx")).exists();
        SinterProcess.run(folder, "merge", "out/best.yaml", "--dry-run").exits(ExitCode.OK);
    }

    @Test
    void mistakes_areUsage_orNameThePlace() {
        List<String> both = arguments("out", 4);
        both.addAll(List.of("--generations", "2"));
        assertThat(run(both).exits(ExitCode.USAGE).err()).contains("--generations: beside --budget; give one");
        List<String> step = arguments("out", 4);
        step.addAll(List.of("--step", "2"));
        assertThat(run(step).exits(ExitCode.USAGE).err()).contains("--step: got 2.0");
        List<String> place = arguments("out", 4);
        place.set(3, "models[0].weight=0..1");
        assertThat(run(place).exits(ExitCode.USAGE).err())
                .contains("models[0].weight: evolve.yaml has no such value")
                .contains("it has models[0].parameters.weight, models[1].parameters.weight, parameters.lambda");
    }
}
