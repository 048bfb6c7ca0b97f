package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CacheCommandTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    Path folder;

    private Path cache;

    @BeforeEach
    void fill() throws IOException {
        cache = folder.resolve("cache");
        write("native/onnxruntime-1/lib.so", 100, Duration.ofDays(40));
        write("models/bge/model.onnx", 30, Duration.ofDays(1));
        write("hub/org--tiny/" + COMMIT + "/checkpoint/model.safetensors", 20, Duration.ZERO);
        write("hub/org--tiny/partial/aa.part", 7, Duration.ZERO);
        old("hub/org--tiny/" + COMMIT, Duration.ofDays(50));
    }

    private void write(String path, int bytes, Duration age) throws IOException {
        Path file = cache.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
        old(cache.relativize(file.getParent()).toString(), age);
    }

    private void old(String path, Duration age) throws IOException {
        Files.setLastModifiedTime(
                cache.resolve(path), FileTime.from(Instant.now().minus(age)));
    }

    private SinterProcess.Result run(String... arguments) {
        List<String> command = new ArrayList<>(SinterProcess.command());
        command.replaceAll(word -> word.startsWith("-Dsinter.cache=") ? "-Dsinter.cache=" + cache : word);
        command.add("cache");
        command.addAll(List.of(arguments));
        return SinterProcess.start(folder, command, Map.of()).await();
    }

    @Test
    void list_saysWhatMakesThingsAgain() {
        assertThat(run("list").exits(ExitCode.OK).out())
                .contains("cache " + cache)
                .containsPattern("demo: building Sinter \\(mvn package\\).*\\n\\s+30 B .* cache:bge\\n")
                .containsPattern("20 B .* hf:org/tiny@0123456789ab\\n")
                .containsPattern("7 B .* hub/org--tiny/partial/aa.part\\n")
                .contains("157 B  in all");
    }

    @Test
    void list_forMachines_isAnArray() {
        JsonNode entries = run("list", "--json").exits(ExitCode.OK).json();

        assertThat(entries).hasSize(4);
        assertThat(entries.path(2).path("name").asString()).isEqualTo("hf:org/tiny@0123456789ab");
        assertThat(entries.path(2).path("bytes").asLong()).isEqualTo(20);
        assertThat(entries.path(2).path("in_use").asBoolean()).isFalse();
        assertThat(entries.path(0).path("last_used").asString()).startsWith("20");
    }

    @Test
    void clean_withoutSayingWhat_isAUsageError() {
        assertThat(run("clean").exits(ExitCode.USAGE).err()).contains("--all").contains("--unfinished");
        assertThat(cache.resolve("native/onnxruntime-1")).exists();
    }

    @Test
    void clean_dry_removesNothing() {
        assertThat(run("clean", "--all", "--dry-run").exits(ExitCode.OK).out())
                .contains("would remove")
                .contains("157 B would be free");
        assertThat(cache.resolve("native/onnxruntime-1")).exists();
    }

    @Test
    void clean_byAge_removesWhatWasNotUsed() {
        JsonNode cleaned =
                run("clean", "--older-than", "30d", "--json").exits(ExitCode.OK).json();

        assertThat(cleaned.path("bytes").asLong()).isEqualTo(120);
        assertThat(cache.resolve("native/onnxruntime-1")).doesNotExist();
        assertThat(cache.resolve("hub/org--tiny/" + COMMIT)).doesNotExist();
        assertThat(cache.resolve("models/bge")).exists();
        assertThat(run("clean", "--older-than", "soon").exits(ExitCode.USAGE).err())
                .contains("soon");
    }

    @Test
    void clean_byNameOrKind_removesThat() {
        run("clean", "hf:org/tiny", "native").exits(ExitCode.OK);

        assertThat(cache.resolve("hub/org--tiny/" + COMMIT)).doesNotExist();
        assertThat(cache.resolve("hub/org--tiny/partial/aa.part")).exists();
        assertThat(cache.resolve("native/onnxruntime-1")).doesNotExist();
        assertThat(run("clean", "--unfinished").exits(ExitCode.OK).out()).contains("aa.part");
        assertThat(cache.resolve("hub/org--tiny/partial/aa.part")).doesNotExist();
        assertThat(cache.resolve("models/bge")).exists();
        assertThat(run("clean", "hf:org/other").exits(ExitCode.MISSING).err()).contains("there are cache:bge");
        assertThat(run("clean", "hub").exits(ExitCode.OK).out()).contains("0 B are free");
    }
}
