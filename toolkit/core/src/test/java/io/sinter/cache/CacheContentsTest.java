package io.sinter.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.sinter.cache.CacheEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheContentsTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String HUB = "hub/org--tiny/";

    @TempDir
    Path root;

    private CacheContents contents() {
        return new CacheContents(new CacheDirectory(root));
    }

    private Path write(String path, int bytes) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[bytes]);
    }

    private CacheEntry entry(String name) throws IOException {
        return contents().list().stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void full() throws IOException {
        write("native/onnxruntime-1.29.0-linux-x64/libonnxruntime.so", 100);
        write("djl/tokenizers/0.21.0/libtokenizers.so", 50);
        write("models/bge/model.onnx", 30);
        write("models/.complete", 0);
        Path weights = write(HUB + COMMIT + "/checkpoint/model.safetensors", 20);
        Files.createDirectories(root.resolve(HUB + COMMIT + "/graph"));
        Files.createLink(root.resolve(HUB + COMMIT + "/graph/model.safetensors"), weights);
        Files.createDirectories(root.resolve(HUB + "refs"));
        Files.writeString(root.resolve(HUB + "refs/main"), COMMIT);
        write(HUB + "partial/aa.part", 7);
    }

    @Test
    void list_ofAFullCache_hasEachThingOnce() throws IOException {
        full();
        assertThat(contents().list())
                .extracting(CacheEntry::kind, CacheEntry::name, CacheEntry::bytes, CacheEntry::inUse)
                .containsExactly(
                        tuple(Kind.NATIVE, "onnxruntime-1.29.0-linux-x64", 100L, false),
                        tuple(Kind.TOKENIZERS, "tokenizers-0.21.0", 50L, false),
                        tuple(Kind.DEMO, "cache:bge", 30L, false),
                        tuple(Kind.HUB, "hf:org/tiny@0123456789ab", 20L, false),
                        tuple(Kind.UNFINISHED, HUB + "partial/aa.part", 7L, false));
    }

    @Test
    void list_ofNoCache_isEmptyAndMakesNothing() throws IOException {
        assertThat(new CacheContents(new CacheDirectory(root.resolve("none"))).list())
                .isEmpty();
        assertThat(root.resolve("none")).doesNotExist();
    }

    @Test
    void names_areThoseOfTheCommandLine() throws IOException {
        full();
        CacheEntry model = entry("hf:org/tiny@0123456789ab");
        for (String name : List.of("hf:org/tiny", "hf:org/tiny@0123456789ab", "hf:org/tiny@" + COMMIT)) {
            assertThat(model.isCalled(name)).as(name).isTrue();
        }
        for (String name : List.of("hf:org/tin", "hf:org/tiny@0123", "hf:org/tiny-2", "")) {
            assertThat(model.isCalled(name)).as(name).isFalse();
        }
    }

    @Test
    void remove_ofEverything_leavesNothingOfIt() throws IOException {
        full();
        for (CacheEntry entry : contents().list().reversed()) {
            assertThat(contents().remove(entry)).as(entry.name()).isTrue();
        }
        assertThat(contents().list()).isEmpty();
        assertThat(root.resolve("hub/org--tiny")).doesNotExist();
        assertThat(root.resolve("models"))
                .as("the build must see that the models are gone")
                .isEmptyDirectory();
    }

    @Test
    void use_isTheLastUse_andThisProcessKeepsWhatItUses() throws IOException {
        full();
        Path folder = root.resolve("native/onnxruntime-1.29.0-linux-x64");
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofDays(90))));
        assertThat(entry("onnxruntime-1.29.0-linux-x64").lastUsed())
                .isBefore(Instant.now().minus(Duration.ofDays(80)));

        contents().cache().use("native/onnxruntime-1.29.0-linux-x64");

        CacheEntry used = entry("onnxruntime-1.29.0-linux-x64");
        assertThat(used.lastUsed()).isAfter(Instant.now().minus(Duration.ofMinutes(1)));
        assertThat(used.inUse()).isTrue();
        assertThat(contents().remove(used)).isFalse();
        assertThat(folder).exists();
    }

    @Test
    void unfinished_underALock_isKept() throws IOException {
        write("native/.filling-a-12/half", 1);
        write(HUB + "partial/aa.part", 7);
        try (CacheLock _ = contents().cache().lock("native/a");
                CacheLock _ = contents().cache().lock("hub/org--tiny")) {
            for (CacheEntry entry : contents().list()) {
                assertThat(entry.inUse()).isTrue();
                assertThat(contents().remove(entry)).isFalse();
            }
        }
        for (CacheEntry entry : contents().list()) {
            assertThat(entry.inUse()).isFalse();
            assertThat(contents().remove(entry)).isTrue();
        }
        assertThat(contents().list()).isEmpty();
    }

    @Test
    void unfinished_withoutALock_isKeptForAnHour() throws IOException {
        Path temporary = write("unpacking-20261123/model.onnx", 3).getParent();
        CacheEntry fresh = contents().list().getFirst();
        assertThat(fresh.inUse()).isTrue();
        assertThat(contents().remove(fresh)).isFalse();

        Files.setLastModifiedTime(temporary, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        CacheEntry old = contents().list().getFirst();
        assertThat(old.inUse()).isFalse();
        assertThat(contents().remove(old)).isTrue();
        assertThat(temporary).doesNotExist();
    }

    @Test
    void cache_withoutLocks_isCleanedByNobody() throws IOException {
        full();
        Files.writeString(root.resolve(".locks"), "no folder: as on a file system that has no locks");
        CacheEntry library = entry("onnxruntime-1.29.0-linux-x64");

        assertThat(contents().remove(library)).isFalse();
        assertThat(library.path()).exists();
    }
}
