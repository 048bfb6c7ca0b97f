package io.sinter.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.tensor.TensorData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointTest {

    private static final String GOOD =
            "{\"metadata\":{\"total_size\":12,\"total_parameters\":3},\"weight_map\":{\"a\":\"1.st\",\"b\":\"2.st\"}}";

    @TempDir
    Path folder;

    /** Shards 1.st (a: two floats) and 2.st (b: one), and 3.st, which holds a again. */
    @BeforeEach
    void writeShards() {
        SafetensorsWriter.write(folder.resolve("1.st"), Map.of("a", TensorData.vector(1f, 2f)), Map.of("format", "pt"));
        SafetensorsWriter.write(folder.resolve("2.st"), Map.of("b", TensorData.vector(3f)), Map.of("format", "pt"));
        SafetensorsWriter.write(
                folder.resolve("3.st"), Map.of("a", TensorData.vector(4f), "c", TensorData.vector(5f)), Map.of());
    }

    @Test
    void open_shardedFolder_hasTheTensorsOfAllShards() {
        writeIndex(GOOD);

        Checkpoint checkpoint = Checkpoint.open(folder);

        assertThat(checkpoint.names()).containsExactly("a", "b");
        assertThat(checkpoint.tensor("a").toFloatArray()).containsExactly(1f, 2f);
        assertThat(checkpoint.tensor("b").toFloatArray()).containsExactly(3f);
        assertThat(checkpoint.find("c")).isEmpty();
        assertThat(checkpoint.metadata()).containsEntry("format", "pt");
        assertThat(checkpoint.path()).isEqualTo(folder.resolve(Checkpoint.INDEX));
    }

    @Test
    void open_folderWithBoth_takesTheSingleFile() {
        writeIndex(GOOD);
        SafetensorsWriter.write(folder.resolve(Checkpoint.SINGLE), Map.of("x", TensorData.scalar(1f)), Map.of());

        assertThat(Checkpoint.open(folder).names()).containsExactly("x");
    }

    @Test
    void open_file_isACheckpointOfOne() {
        assertThat(Checkpoint.open(folder.resolve("2.st")).names()).containsExactly("b");
    }

    @Test
    void open_folderWithoutCheckpoint_isMissing() {
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(MissingException.class)
                .hasMessage(folder + ": neither model.safetensors nor model.safetensors.index.json is in this folder");
    }

    @Test
    void tensor_absentName_isMissing() {
        writeIndex(GOOD);

        assertThatThrownBy(() -> Checkpoint.open(folder).tensor("z"))
                .isInstanceOf(MissingException.class)
                .hasMessageEndingWith(": no tensor \"z\"; there are \"a\", \"b\"");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                index("\"a\":\"/etc/passwd\"", "tensor \"a\": shard \"/etc/passwd\" is not the name of a file"),
                index("\"a\":\"..\\\\x\"", "tensor \"a\": shard \"..\\x\" is not the name of a file"),
                index("\"a\":\"..\"", "tensor \"a\": shard \"..\" is not the name of a file"),
                index("\"a\":\"\"", "tensor \"a\": shard \"\" is not the name of a file"),
                index("\"a\":\"x\\u0000\"", "is not the name of a file"),
                index("\"a\":\"x\\ud800\"", "is not the name of a file"),
                index("\"c\":\"3.st\"", "tensor \"a\": in shard \"3.st\", but not listed"),
                index("\"a\":\"1.st\",\"a\":\"2.st\"", "Duplicate Object property \"a\""),
                index("\"a\":1", "weight_map: tensor \"a\": got 1, expected a string"),
                arguments("{\"metadata\":{}}", "no \"weight_map\""),
                arguments(
                        GOOD.replace("12", "12.0"), "metadata: total_size: got 12.0, expected a non-negative integer"),
                arguments("[]", "the whole: got an array, expected an object"),
                arguments("{", "not valid JSON at character"),
                arguments("", "the whole: got nothing, expected an object"));
    }

    private static Arguments index(String weightMap, String message) {
        return arguments("{\"weight_map\":{" + weightMap + "}}", message);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void open_indexThatIsWrong_isRefusedByItsOwnMessage(String index, String message) {
        writeIndex(index);

        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOfAny(MalformedException.class, MissingException.class)
                .isInstanceOf(SinterException.class)
                .hasMessageStartingWith(folder.resolve(Checkpoint.INDEX) + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void open_indexTruncatedOrFlipped_opensOrThrowsSinterException() {
        long seed = 8;
        Random random = new Random(seed);
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < 150; round++) {
            byte[] bad = Arrays.copyOf(good, round % 2 == 0 ? random.nextInt(good.length) : good.length);
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            RawFile.write(folder.resolve(Checkpoint.INDEX), bad);
            try {
                Checkpoint opened = Checkpoint.open(folder);
                opened.names().forEach(opened::tensor);
            } catch (SinterException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isBetween(100, 149);
    }

    private void writeIndex(String json) {
        RawFile.write(folder.resolve(Checkpoint.INDEX), json.getBytes(StandardCharsets.UTF_8));
    }
}
