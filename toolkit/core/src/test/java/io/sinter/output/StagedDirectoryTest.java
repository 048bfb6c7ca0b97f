package io.sinter.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.OutputException;
import io.sinter.output.StagedDirectory.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedDirectoryTest {

    @TempDir
    Path folder;

    @Test
    void commit_newTarget_appearsWholeAndNothingElseRemains() throws IOException {
        try (StagedDirectory staged = StagedDirectory.create(folder.resolve("a/out"), Existing.REFUSE)) {
            Files.writeString(staged.path().resolve("model.onnx"), "x");
            assertThat(folder.resolve("a/out")).doesNotExist();
            staged.commit();
        }
        assertThat(folder.resolve("a/out/model.onnx")).hasContent("x");
        assertThat(entries(folder.resolve("a"))).containsExactly("out");
    }

    @Test
    void close_withoutCommit_leavesNothing() throws IOException {
        try (StagedDirectory staged = StagedDirectory.create(folder.resolve("out"), Existing.REFUSE)) {
            Files.createDirectories(staged.path().resolve("1_Pooling"));
            Files.writeString(staged.path().resolve("1_Pooling/config.json"), "{}");
        }
        assertThat(entries(folder)).isEmpty();
    }

    @Test
    void create_existingTarget_isRefusedWithTheFix() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        assertThatThrownBy(() -> StagedDirectory.create(out, Existing.REFUSE))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("exists already")
                .hasMessageContaining("--force");
    }

    @Test
    void commit_replacing_swapsTheWholeDirectory() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.writeString(out.resolve("old.txt"), "old");
        try (StagedDirectory staged = StagedDirectory.create(out, Existing.REPLACE)) {
            Files.writeString(staged.path().resolve("new.txt"), "new");
            assertThat(out.resolve("old.txt")).exists();
            staged.commit();
        }
        assertThat(entries(out)).containsExactly("new.txt");
        assertThat(entries(folder)).containsExactly("out");
    }

    @Test
    void create_targetIsAFile_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("out"), "x");
        assertThatThrownBy(() -> StagedDirectory.create(file, Existing.REPLACE))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("is a file");
    }

    @Test
    void create_parentIsAFile_isRefused() throws IOException {
        Files.writeString(folder.resolve("plain"), "x");
        assertThatThrownBy(() -> StagedDirectory.create(folder.resolve("plain/out"), Existing.REFUSE))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void create_afterAKilledProcess_removesWhatItLeft() throws IOException {
        // No process has this number: Linux ends at 4194304.
        Path stale = Files.createDirectories(folder.resolve(".out.sinter-new-99999999-abc"));
        Files.writeString(stale.resolve("half"), "x");
        StagedDirectory.create(folder.resolve("out"), Existing.REFUSE).close();
        assertThat(entries(folder)).isEmpty();
    }

    @Test
    void requireSpace_moreThanTheDiskHas_namesBothSizes() {
        assertThatThrownBy(() -> StagedDirectory.requireSpace(folder.resolve("out"), Long.MAX_VALUE))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("9,223,372,036,854,775,807")
                .hasMessageContaining("free");
    }

    private static List<String> entries(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
