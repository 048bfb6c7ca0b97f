package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that somebody writes to while it is merged. */
class ChangedSourceTest {

    @TempDir
    private Path folder;

    @Test
    void source_thatChangesWhileItIsMerged_isNamed_andNothingIsWritten() {
        TinyCheckpoints tiny = new TinyCheckpoints(folder);
        tiny.model("a", 1);
        tiny.model("b", 2);
        CheckpointPlan plan =
                tiny.plan("merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 1}\n");
        Path changing = folder.resolve("b/model.safetensors");
        Progress writer = (task, total) -> {
            touch(changing);
            return Progress.NONE.begin(task, total);
        };
        assertThatThrownBy(() -> new CheckpointMerger(writer).merge(plan, folder.resolve("out"), Existing.REFUSE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContainingAll(changing.toString(), "changed while it was merged", "merge again");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(folder)
                .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith(".sinter-"));
    }

    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
