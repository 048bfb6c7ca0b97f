package io.sinter.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.combine.Linear;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.ScratchMemory;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GrowingTableTest {

    private static final Bake BAKE = new Bake(new OrtRuntime(), SessionOptions.DEFAULT);
    private static final List<Long> SHAPE = List.of(9_000L, 256L);

    @TempDir
    Path folder;

    private static TensorData random(long seed) {
        Random random = new Random(seed);
        TensorData tensor = TensorData.allocate(DType.FLOAT, SHAPE);
        for (long i = 0; i < tensor.elementCount(); i++) {
            tensor.data().set(TensorData.F32, i * Float.BYTES, random.nextFloat());
        }
        return tensor;
    }

    private static CombinedTable average() {
        return new CombinedTable(Combination.of(new Average()), Map.of(), List.of(random(1), random(2)));
    }

    @Test
    void stretches_areThereOnceTheyWereWaitedFor() {
        CombinedTable combined = average();
        TensorData expected = BAKE.table(combined, DType.FLOAT);
        TensorData memory = TensorData.allocate(DType.FLOAT, SHAPE);
        TensorData copy = TensorData.allocate(DType.FLOAT, SHAPE);

        try (GrowingTable growing = BAKE.start(combined, memory)) {
            long step = 100_004;
            for (long at = 0; at < memory.data().byteSize(); at += step) {
                long bytes = Math.min(step, memory.data().byteSize() - at);
                growing.await(memory.data().asSlice(at, bytes));
                copy.data().asSlice(at, bytes).copyFrom(memory.data().asSlice(at, bytes));
            }
        }

        assertThat(copy.contentEquals(expected)).isTrue();
    }

    @Test
    void otherMemory_isNotWaitedFor() {
        TensorData memory = TensorData.allocate(DType.FLOAT, SHAPE);
        try (GrowingTable growing = BAKE.start(average(), memory)) {
            growing.await(random(3).data());
            growing.await(MemorySegment.ofArray(new float[8]));
        }
    }

    @Test
    void whole_tellsOfEveryByte() {
        long[] bytes = {0};
        try (GrowingTable growing = BAKE.start(average(), TensorData.allocate(DType.FLOAT, SHAPE))) {
            TensorData table = growing.whole(more -> bytes[0] += more);
            assertThat(bytes[0]).isEqualTo(table.data().byteSize());
        }
    }

    @Test
    void whatMakingThrew_isThrownWhereItIsWaitedFor() {
        CombinedTable lacksParameters =
                new CombinedTable(Combination.of(new Linear(8L)), Map.of(), List.of(random(1), random(2)));
        TensorData target = TensorData.allocate(DType.FLOAT, List.of(SHAPE.getFirst(), lacksParameters.width()));
        try (GrowingTable growing = BAKE.start(lacksParameters, target)) {
            assertThatThrownBy(() -> growing.whole(bytes -> {})).isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> growing.await(target.data())).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void closing_endsTheMaking() {
        GrowingTable growing = BAKE.start(average(), TensorData.allocate(DType.FLOAT, SHAPE));
        growing.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().equals("sinter-bake"));
    }

    @Test
    void inScratchMemory_theTableIsTheSame_andTheFileIsGoneAfterwards() throws IOException {
        CombinedTable combined = average();
        TensorData expected = BAKE.table(combined, DType.FLOAT);

        TensorData table = ScratchMemory.during(folder, 0, () -> {
            TensorData memory = TensorData.allocate(DType.FLOAT, SHAPE);
            assertThat(files()).hasSize(1);
            try (GrowingTable growing = BAKE.start(combined, memory)) {
                return growing.whole(bytes -> {});
            }
        });

        assertThat(table.contentEquals(expected)).isTrue();
        assertThat(files()).isEmpty();
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
