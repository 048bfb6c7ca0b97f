package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.OutputException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {

    @TempDir
    Path folder;

    @Test
    void largeTensor_isZeroAndWritable_andLeavesNoName() {
        try (Arena arena = Arena.ofShared()) {
            TensorData tensor = new Scratch(arena, folder).allocate(DType.UINT8, List.of(40L << 20));
            assertThat(tensor.data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, (40L << 20) - 1))
                    .isZero();
            tensor.data().fill((byte) 1);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void moreThanTheDiskHas_isRefusedBeforeAnythingIsStored_andNothingStays() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        try (Arena arena = Arena.ofShared()) {
            Scratch scratch = new Scratch(arena, folder);
            assertThatThrownBy(() -> scratch.allocate(DType.UINT8, List.of(free + (64L << 30))))
                    .isInstanceOf(OutputException.class)
                    .hasMessageContaining("bytes are needed");
        }
        assertThat(folder).isEmptyDirectory();
    }
}
