package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.output.Sha256;
import io.sinter.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to a merge, its output is the old one or the new one, whole. {@code -Dsinter.faults=200} sets the number of
 * faults, {@code -Dsinter.seed=N} what happens when; a table is printed.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class FaultsTest {

    private static final int RUNS = Integer.getInteger("sinter.faults", 12);
    private static final long SEED = Long.getLong("sinter.seed", 20261123);
    private static final String STAGED = ".out.sinter-new-";

    /** What happens to a merge. */
    private enum Fault {
        KILL,
        FULL_DISK,
        CHANGED_SOURCE,
        TWO_AT_ONCE
    }

    /** How often what stood afterwards. */
    private static final class Count {
        int runs;
        int old;
        int made;
        int crashed;
    }

    @TempDir
    Path temp;

    private final Random random = new Random(SEED);
    private final Map<Fault, Count> counts = new EnumMap<>(Fault.class);
    private Path disk = Path.of("");
    private boolean mounted;
    private Map<String, String> digestsOfOne = Map.of();
    private Map<String, String> digestsOfTwo = Map.of();
    private long usualMillis;

    @BeforeEach
    void twoRecipes_onADiskOfTheirOwn() throws IOException, InterruptedException {
        disk = Files.createDirectory(temp.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString()) == 0;
        Path pristine = Files.createDirectory(temp.resolve("pristine"));
        for (String name : List.of("a", "b")) {
            SafetensorsWriter.write(
                    pristine.resolve(name + ".safetensors"),
                    Map.of("table", TinyModels.random(new Random(name.hashCode()), 20_000, 64)),
                    Map.of());
        }
        restoreSources();
        recipe("one", "{method: mlp, hidden: 2048, init: random, seed: 1}");
        recipe("two", "{method: mlp, hidden: 2048, init: random, seed: 2}");
        merge("one").await().exits(ExitCode.OK);
        digestsOfOne = digests();
        long start = System.nanoTime();
        merge("two").await().exits(ExitCode.OK);
        usualMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        digestsOfTwo = digests();
        assertThat(digestsOfTwo).isNotEqualTo(digestsOfOne);
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) {
            run("umount", "-l", disk.toString());
        }
    }

    @Test
    void faults_leaveTheOldOutputOrTheNewOne() throws IOException, InterruptedException {
        for (int i = 0; i < RUNS; i++) {
            Fault fault = i % 2 == 0 ? Fault.KILL : Fault.values()[1 + i / 2 % 3];
            if (fault != Fault.FULL_DISK || mounted) {
                suffer(fault, i);
            }
        }
        merge("one").await().exits(ExitCode.OK);
        try (Stream<Path> left = Files.list(disk)) {
            assertThat(left.map(p -> p.getFileName().toString()).sorted())
                    .containsExactly("a.safetensors", "b.safetensors", "one.yaml", "out", "two.yaml");
        }
        print();
    }

    private void suffer(Fault fault, int run) throws IOException, InterruptedException {
        Map<String, String> before = digests();
        String recipe = before.equals(digestsOfOne) ? "two" : "one";
        Count count = counts.computeIfAbsent(fault, f -> new Count());
        int exit = switch (fault) {
            case KILL -> killed(recipe);
            case FULL_DISK -> withoutRoom(recipe);
            case CHANGED_SOURCE -> withChangedSource(recipe);
            case TWO_AT_ONCE -> besideAnother(recipe);
        };
        Map<String, String> after = digests();
        assertThat(after)
                .as("%s, run %d, seed %d, exit code %d", fault, run, SEED, exit)
                .isIn(digestsOfOne, digestsOfTwo);
        count.runs++;
        count.old += after.equals(before) ? 1 : 0;
        count.made += after.equals(before) ? 0 : 1;
        count.crashed += fault != Fault.KILL && exit > 128 ? 1 : 0;
    }

    private int killed(String recipe) throws InterruptedException {
        SinterProcess started = merge(recipe);
        Thread.sleep(random.nextLong(usualMillis * 11 / 10));
        started.process().destroyForcibly();
        return started.process().waitFor();
    }

    private int withoutRoom(String recipe) throws IOException, InterruptedException {
        SinterProcess started = merge(recipe);
        Path hog = disk.resolve("hog");
        if (waitForStaging(started)) {
            Thread.sleep(random.nextLong(usualMillis / 2));
            try (OutputStream out = Files.newOutputStream(hog)) {
                byte[] block = new byte[1 << 20];
                while (started.process().isAlive()) {
                    out.write(block);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }
        int exit = started.process().waitFor();
        Files.deleteIfExists(hog);
        assertThat(exit).isIn(ExitCode.OK.code(), ExitCode.OUTPUT.code());
        return exit;
    }

    private int withChangedSource(String recipe) throws IOException, InterruptedException {
        SinterProcess started = merge(recipe);
        if (waitForStaging(started)) {
            Thread.sleep(random.nextLong(usualMillis / 3));
            try (RandomAccessFile file =
                    new RandomAccessFile(disk.resolve("a.safetensors").toFile(), "rw")) {
                if (random.nextBoolean()) {
                    file.setLength(file.length() / 2);
                } else {
                    file.seek(file.length() - 1000);
                    file.write(new byte[1000]);
                }
            }
        }
        int exit = started.process().waitFor();
        restoreSources();
        return exit;
    }

    private int besideAnother(String recipe) throws InterruptedException {
        SinterProcess one = merge(recipe);
        SinterProcess two = merge(recipe.equals("one") ? "two" : "one");
        return Math.max(one.process().waitFor(), two.process().waitFor());
    }

    private boolean waitForStaging(SinterProcess started) throws IOException, InterruptedException {
        while (started.process().isAlive()) {
            try (Stream<Path> files = Files.list(disk)) {
                if (files.anyMatch(f -> f.getFileName()
                        .toString()
                        .startsWith(STAGED + started.process().pid() + "-"))) {
                    return true;
                }
            }
            Thread.sleep(5);
        }
        return false;
    }

    private SinterProcess merge(String recipe) {
        return SinterProcess.start(disk, "merge", recipe + ".yaml", "-o", "out", "--force");
    }

    private void recipe(String name, String combine) throws IOException {
        Files.writeString(disk.resolve(name + ".yaml"), """
                models:
                  - {name: one, model: a.safetensors, tensor: table}
                  - {name: two, model: b.safetensors, tensor: table}
                combine: %s
                """.formatted(combine));
    }

    private void restoreSources() throws IOException {
        for (String name : List.of("a.safetensors", "b.safetensors")) {
            Files.copy(temp.resolve("pristine").resolve(name), disk.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Digests of the output's files but for the manifest and the card, which hold times and names. */
    private Map<String, String> digests() throws IOException {
        Path out = disk.resolve("out");
        try (Stream<Path> files = Files.walk(out)) {
            Map<String, String> digests = new TreeMap<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> digests.put(
                            out.relativize(file).toString(),
                            file.endsWith("sinter.json") || file.endsWith("README.md") ? "" : Sha256.of(file)));
            return digests;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void print() {
        System.out.printf("faults, seed %d: runs, old output stood, new output stood, processes that crashed%n", SEED);
        counts.forEach((fault, count) -> System.out.printf(
                "  %-16s %5d %5d %5d %5d%n", fault, count.runs, count.old, count.made, count.crashed));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
