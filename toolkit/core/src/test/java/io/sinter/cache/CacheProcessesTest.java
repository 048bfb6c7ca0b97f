package io.sinter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheProcessesTest {

    private static final CacheDirectory.Check HAS_FILE = folder -> Files.exists(folder.resolve("file"));

    @TempDir
    Path root;

    private static void await(Path file) throws InterruptedException {
        for (int i = 0; i < 2_000 && Files.notExists(file); i++) {
            Thread.sleep(10);
        }
        assertThat(file).exists();
    }

    private List<String> inNative() throws IOException {
        try (Stream<Path> paths = Files.list(root.resolve("native"))) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void twoProcesses_fillAnEntryOnce() throws Exception {
        Process first = CacheProcess.start(root, "fill", 700);
        Process second = CacheProcess.start(root, "fill", 700);

        assertThat(first.waitFor(30, TimeUnit.SECONDS) && second.waitFor(30, TimeUnit.SECONDS))
                .isTrue();
        assertThat(first.exitValue() + second.exitValue()).isZero();
        assertThat(root.resolve("fillings")).content().hasLineCount(1);
        assertThat(inNative()).containsExactly("a");
    }

    @Test
    void processThatIsKilledWhileItFills_leavesNothingThatStays() throws Exception {
        Process killed = CacheProcess.start(root, "fill", 60_000);
        await(root.resolve("fillings"));
        assertThat(new CacheContents(new CacheDirectory(root)).list())
                .extracting(CacheEntry::kind, CacheEntry::inUse)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(CacheEntry.Kind.UNFINISHED, true));
        killed.destroyForcibly().waitFor();
        assertThat(inNative()).singleElement().asString().startsWith(".filling-a-");

        Path folder = new CacheDirectory(root)
                .folder("native/a", HAS_FILE, fresh -> Files.writeString(fresh.resolve("file"), "whole"));

        assertThat(folder.resolve("half")).doesNotExist();
        assertThat(inNative()).containsExactly("a");
    }

    @Test
    void entry_thatAProcessUses_isKeptUntilTheProcessIsGone() throws Exception {
        Files.writeString(Files.createDirectories(root.resolve("native/a")).resolve("file"), "whole");
        CacheContents contents = new CacheContents(new CacheDirectory(root));
        Process user = CacheProcess.start(root, "use", 60_000);
        await(root.resolve("using"));

        CacheEntry used = contents.list().getFirst();
        assertThat(used.inUse()).isTrue();
        assertThat(contents.remove(used)).isFalse();
        assertThat(root.resolve("native/a/file")).exists();

        user.destroyForcibly().waitFor();
        CacheEntry free = contents.list().getFirst();
        assertThat(free.inUse()).isFalse();
        assertThat(contents.remove(free)).isTrue();
        assertThat(inNative()).isEmpty();
    }
}
