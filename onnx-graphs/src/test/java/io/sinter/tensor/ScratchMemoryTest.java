package io.sinter.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchMemoryTest {

    private static final long MEGABYTE = 1L << 20;

    @TempDir
    Path folder;

    private static TensorData bytes(long count) {
        return TensorData.allocate(DType.UINT8, List.of(count));
    }

    private long fileBytes() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withinTheBudget_andBelowAMegabyte_memoryIsNative() {
        ScratchMemory.during(folder, 3 * MEGABYTE, () -> {
            bytes(MEGABYTE);
            bytes(2 * MEGABYTE);
            bytes(MEGABYTE - 1);
            assertThat(fileBytes()).isZero();
            return folder;
        });
    }

    @Test
    void beyondTheBudget_memoryIsAFile_whoseContentOutlivesTheWork() {
        List<TensorData> tensors = ScratchMemory.during(folder, MEGABYTE, () -> {
            bytes(MEGABYTE);
            List<TensorData> made = List.of(bytes(MEGABYTE + 5), bytes(2 * MEGABYTE));
            assertThat(fileBytes()).isBetween(3 * MEGABYTE + 5, 3 * MEGABYTE + 3 * 4096);
            made.getFirst().data().fill((byte) 1);
            made.getLast().data().fill((byte) 2);
            return made;
        });

        assertThat(fileBytes()).isZero();
        assertThat(tensors.getFirst().data().mismatch(filled(MEGABYTE + 5, 1))).isEqualTo(-1);
        assertThat(tensors.getLast().data().mismatch(filled(2 * MEGABYTE, 2))).isEqualTo(-1);
    }

    private static java.lang.foreign.MemorySegment filled(long count, int value) {
        return bytes(count).data().fill((byte) value);
    }

    @Test
    void memoryOfAFile_isZero() {
        ScratchMemory.during(folder, 0, () -> {
            assertThat(bytes(MEGABYTE)
                            .data()
                            .mismatch(java.lang.foreign.MemorySegment.ofArray(new byte[(int) MEGABYTE])))
                    .isEqualTo(-1);
            return folder;
        });
    }

    @Test
    void moreThanTheDiskHas_isRefused_andNothingStays() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        assertThatThrownBy(() -> ScratchMemory.during(folder, 0, () -> bytes(free + (64L << 30))))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("bytes are needed");
        assertThat(fileBytes()).isZero();
    }

    @Test
    void aFailure_leavesNoFile() {
        assertThatThrownBy(() -> ScratchMemory.during(folder, 0, () -> {
                    bytes(MEGABYTE);
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(fileBytes()).isZero();
    }

    @Test
    void outside_memoryIsNative() {
        assertThat(bytes(200 * MEGABYTE).data().isNative()).isTrue();
        assertThat(fileBytes()).isZero();
    }

    @Test
    void whatACheckAllocated_isFreedAtItsEnd() {
        List<TensorData> made = new ArrayList<>();
        ScratchMemory.duringCheck(() -> {
            made.add(bytes(MEGABYTE));
            made.add(bytes(ScratchMemory.NATIVE_BYTES));
            made.forEach(tensor -> tensor.data().fill((byte) 1));
            return made.size();
        });
        assertThat(made).allMatch(tensor -> !tensor.data().scope().isAlive());
    }
}
