package io.sinter.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheDirectoryTest {

    private static final CacheDirectory.Check HAS_FILE = folder -> Files.exists(folder.resolve("file"));

    private static CacheDirectory.Filler writing(String content) {
        return folder -> Files.writeString(folder.resolve("file"), content);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(Path::getFileName).toList();
        }
    }

    @Test
    void standard_withTheProperty_isThatFolder() {
        assertThat(CacheDirectory.standard().root()).isEqualTo(Path.of(System.getProperty("sinter.cache")));
    }

    @Test
    void folder_thatIsThere_isNotFilledAgain(@TempDir Path root) throws IOException {
        CacheDirectory cache = new CacheDirectory(root);
        Path first = cache.folder("a/b", HAS_FILE, writing("first"));
        Path second = cache.folder("a/b", HAS_FILE, writing("second"));
        assertThat(second).isEqualTo(first).isEqualTo(root.resolve("a/b"));
        assertThat(first.resolve("file")).hasContent("first");
        assertThat(list(root.resolve("a"))).containsExactly(Path.of("b"));
    }

    @Test
    void folder_thatIsDamaged_isFilledAgain(@TempDir Path root) throws IOException {
        Path folder = Files.createDirectories(root.resolve("a"));
        Files.writeString(folder.resolve("leftover"), "half");
        new CacheDirectory(root).folder("a", HAS_FILE, writing("whole"));
        assertThat(list(folder)).containsExactly(Path.of("file"));
        assertThat(list(root)).containsExactly(Path.of("a"));
    }

    @Test
    void folder_whoseFillingFails_isNotThere(@TempDir Path root) throws IOException {
        CacheDirectory cache = new CacheDirectory(root);
        assertThatIOException()
                .isThrownBy(() -> cache.folder("a", HAS_FILE, folder -> {
                    Files.writeString(folder.resolve("file"), "half");
                    throw new IOException("no space");
                }))
                .withMessage("no space");
        assertThat(list(root)).isEmpty();
    }

    @Test
    void folder_filledByManyAtOnce_isOneOfTheirs(@TempDir Path root) throws Exception {
        CacheDirectory cache = new CacheDirectory(root);
        CountDownLatch allReady = new CountDownLatch(8);
        List<Callable<Path>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String content = "content of " + i;
            calls.add(() -> cache.folder("a", HAS_FILE, folder -> {
                Files.writeString(folder.resolve("file"), content);
                allReady.countDown();
                try {
                    allReady.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Path> result : threads.invokeAll(calls)) {
                assertThat(result.get().resolve("file")).content().startsWith("content of ");
            }
        }
        assertThat(list(root)).containsExactly(Path.of("a"));
    }
}
