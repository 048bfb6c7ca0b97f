package io.sinter.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, the readers keep their {@link Promise}. */
class FuzzTest {

    @ParameterizedTest
    @EnumSource
    void keptInput_ofAnyKind_isReadOrRefused(FuzzTarget target) throws IOException {
        assertThat(target.inputs()).hasSizeGreaterThan(5);
        for (Path input : target.inputs()) {
            byte[] bytes = Files.readAllBytes(input);
            assertThatCode(() -> target.execute(bytes)).as(input.toString()).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("io.sinter.fuzz.FuzzTarget#chosen")
    @Tag("slow")
    void reader_fuzzed_keepsItsPromise(FuzzTarget target) throws Exception {
        Path folder = Files.createDirectories(
                Path.of("target", "fuzz", target.label()).toAbsolutePath());
        Duration time = Duration.ofSeconds(Long.getLong("fuzz.seconds", 30));
        Jazzer jazzer = new Jazzer(target, folder);

        Jazzer.Run run = jazzer.run(time);

        assertThat(run.status()).as(run.tail()).isZero();
        assertThat(run.executions()).as(run.tail()).isGreaterThan(1_000);
        print(target, time, run, Coverage.of(target, folder, jazzer.corpus()));
    }

    /** A row of the table in docs/benchmarks.md. */
    private static void print(FuzzTarget target, Duration time, Jazzer.Run run, Coverage coverage) {
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %d s | %,d | %,d | %.0f %% | %.0f %% |",
                target.label(),
                time.toSeconds(),
                run.executions(),
                run.edges(),
                100 * coverage.lines(),
                100 * coverage.branches()));
    }
}
