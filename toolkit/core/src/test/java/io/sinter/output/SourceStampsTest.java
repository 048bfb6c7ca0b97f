package io.sinter.output;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceStampsTest {

    @TempDir
    private Path folder;

    private Path file;
    private SourceStamps stamps;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("model.onnx"), "weights");
        stamps = SourceStamps.of(List.of(file, folder, file));
    }

    @Test
    void files_thatStayed_areFine() {
        assertThatCode(stamps::requireUnchanged).doesNotThrowAnyException();
    }

    @Test
    void file_writtenTo_isNamed() throws IOException {
        Files.writeString(file, "other weights");
        assertThatThrownBy(stamps::requireUnchanged)
                .isInstanceOf(MalformedException.class)
                .hasMessageContainingAll(file.toString(), "it had 7 bytes", "has 13", "nothing was written");
    }

    @Test
    void file_replacedByOneOfItsSizeAndTime_isNoticed() throws IOException {
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
        Path other = Files.writeString(folder.resolve("other"), "WEIGHTS");
        Files.setLastModifiedTime(other, FileTime.from(before.lastModifiedTime().toInstant()));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(stamps::requireUnchanged).isInstanceOf(MalformedException.class);
    }

    @Test
    void file_thatIsGone_isNamed() throws IOException {
        Files.delete(file);
        assertThatThrownBy(stamps::requireUnchanged)
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("vanished while it was merged");
    }
}
