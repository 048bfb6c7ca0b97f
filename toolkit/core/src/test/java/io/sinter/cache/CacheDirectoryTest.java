package io.sinter.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sinter.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
        assertThat(list(root)).containsExactlyInAnyOrder(Path.of("a"), Path.of(".locks"));
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
        assertThat(list(root)).containsExactly(Path.of(".locks"));
    }

    @Test
    void folder_neededByManyAtOnce_isFilledOnce(@TempDir Path root) throws Exception {
        AtomicInteger fillings = new AtomicInteger();
        CacheDirectory cache = new CacheDirectory(root);
        all(Collections.nCopies(
                8,
                () -> cache.folder("a", HAS_FILE, folder -> {
                    fillings.incrementAndGet();
                    pause(50);
                    Files.writeString(folder.resolve("file"), "whole");
                })));
        assertThat(fillings).hasValue(1);
        assertThat(list(root)).containsExactlyInAnyOrder(Path.of("a"), Path.of(".locks"));
    }

    @Test
    void folder_filledByManyAtOnceWithoutLocks_isOneOfTheirs(@TempDir Path root) throws Exception {
        Files.writeString(root.resolve(".locks"), "no folder: as on a file system that has no locks");
        CountDownLatch allReady = new CountDownLatch(8);
        List<Callable<Path>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String content = "content of " + i;
            // Another name of the same folder, as another process has other threads' locks.
            Path alias = Files.createSymbolicLink(root.resolve("alias" + i), root);
            calls.add(() -> new CacheDirectory(alias).folder("a", HAS_FILE, folder -> {
                Files.writeString(folder.resolve("file"), content);
                allReady.countDown();
                try {
                    allReady.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }));
        }
        for (Path result : all(calls)) {
            assertThat(result.resolve("file")).content().startsWith("content of ");
        }
        assertThat(list(root))
                .filteredOn(p -> !p.toString().startsWith("alias"))
                .containsExactlyInAnyOrder(Path.of("a"), Path.of(".locks"));
    }

    @Test
    void folder_thatAnotherMakes_isWaitedForAndToldOfAfterASecond(@TempDir Path root) throws Exception {
        List<String> notes = new CopyOnWriteArrayList<>();
        CacheDirectory cache = new CacheDirectory(root, new Progress() {
            @Override
            public Task begin(String task, long totalBytes) {
                return NONE.begin(task, totalBytes);
            }

            @Override
            public void note(String sentence) {
                notes.add(sentence);
            }
        });
        all(Collections.nCopies(
                2,
                () -> cache.folder("a", HAS_FILE, folder -> {
                    pause(1300);
                    Files.writeString(folder.resolve("file"), "whole");
                })));
        assertThat(notes).containsExactly("waiting for another thread that makes a in the cache");
    }

    @Test
    void leftovers_ofAnEntry_areRemovedWhenItIsFilled(@TempDir Path root) throws IOException {
        for (String name : List.of(".filling-a-123", ".damaged-a-9", ".filling-a-b-123", ".filling-other-1")) {
            Files.writeString(Files.createDirectories(root.resolve(name)).resolve("half"), "x");
        }
        new CacheDirectory(root).folder("a", HAS_FILE, writing("whole"));
        assertThat(list(root))
                .containsExactlyInAnyOrder(
                        Path.of("a"), Path.of(".locks"), Path.of(".filling-a-b-123"), Path.of(".filling-other-1"));
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static List<Path> all(List<? extends Callable<Path>> calls) throws Exception {
        List<Path> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            for (Future<Path> result : threads.invokeAll(calls, 20, TimeUnit.SECONDS)) {
                results.add(result.get());
            }
        }
        return results;
    }
}
