package io.sinter.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints from strangers: what breaks the format is refused by a message of its own; what is only odd loads. */
class HostileSafetensorsTest {

    @TempDir
    Path folder;

    /** What a case does with an empty folder. */
    @FunctionalInterface
    interface Check {
        void in(HostileSafetensorsTest test) throws Exception;
    }

    /** A case of the list. */
    record Case(String name, Check check) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void file_hostile_isRefusedByItsOwnMessageOrHarmless(Case hostile) throws Exception {
        hostile.check.in(this);
    }

    static Stream<Case> cases() {
        return Stream.of(HostileHeaders.cases(), large(), odd(), indexes()).flatMap(cases -> cases);
    }

    private static Stream<Case> large() {
        return Stream.of(
                new Case("10 million entries", test -> {
                    Path file = test.folder.resolve("model.safetensors");
                    long claimed = 10_000_000L
                            * "\"t1234567\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}".length();
                    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                        sparse.write(RawFile.claiming(claimed, new byte[0], 0));
                        sparse.setLength(Long.BYTES + claimed);
                    }
                    test.refuses(file, "header of " + claimed + " bytes, but at most 100000000 are allowed");
                }),
                new Case("tensor over 2 GiB loads", test -> {
                    Path file = test.folder.resolve("model.safetensors");
                    long size = (1L << 31) + 8;
                    String header =
                            "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}".formatted(size, size);
                    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                        sparse.write(RawFile.of(header, 0));
                        sparse.setLength(sparse.length() + size);
                        sparse.seek(sparse.length() - 1);
                        sparse.write(7);
                    }
                    TensorData tensor = SafetensorsFile.open(file).tensor("a");
                    assertThat(tensor.data().get(ValueLayout.JAVA_BYTE, size - 1))
                            .isEqualTo((byte) 7);
                }));
    }

    private static Stream<Case> odd() {
        return Stream.of(
                loads("[] (scalar) loads", "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4),
                loads("[2,0] loads", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,0],\"data_offsets\":[0,0]}}", 0),
                loads("trailing spaces load", "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}    ", 4),
                loads(
                        "leading white space loads",
                        " \n\t{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
                        4),
                new Case("saving onto the file that is mapped", test -> {
                    Path file = test.folder.resolve("model.safetensors");
                    SafetensorsWriter.write(file, Map.of("a", TensorData.vector(1f, 2f)), Map.of());
                    TensorData mapped = SafetensorsFile.open(file).tensor("a");
                    SafetensorsWriter.write(file, Map.of("a", TensorData.vector(3f), "old", mapped), Map.of());
                    assertThat(mapped.toFloatArray()).containsExactly(1, 2);
                    assertThat(SafetensorsFile.open(file).tensor("old").toFloatArray())
                            .containsExactly(1, 2);
                }),
                new Case("rows of NaN and Inf load as they are", test -> {
                    Path file = test.folder.resolve("model.safetensors");
                    float[] rows = {Float.NaN, 1, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
                    SafetensorsWriter.write(file, Map.of("a", TensorData.vector(rows)), Map.of());
                    assertThat(SafetensorsFile.open(file).tensor("a").toFloatArray())
                            .containsExactly(rows);
                }));
    }

    /** Shards 1.st (a: two floats), 2.st (b: one) and 3.st, which holds a again. */
    private static Stream<Case> indexes() {
        return Stream.of(
                index(
                        "shard named ../x.safetensors",
                        "\"a\":\"../x.safetensors\"",
                        "tensor \"a\": shard \"../x.safetensors\" is not the name of a file beside the index"),
                index("missing shard", "\"a\":\"4.st\"", "shard \"4.st\" is missing; it should lie beside the index"),
                index(
                        "tensor in two shards",
                        "\"a\":\"1.st\",\"c\":\"3.st\"",
                        "tensor \"a\": in two shards, \"1.st\" and \"3.st\""),
                index(
                        "tensor listed but absent",
                        "\"a\":\"1.st\",\"z\":\"2.st\"",
                        "tensor \"z\": listed in shard \"2.st\", which does not have it"),
                index(
                        "tensor in another shard than listed",
                        "\"a\":\"2.st\",\"b\":\"1.st\"",
                        "tensor \"a\": listed in shard \"2.st\", which does not have it"),
                new Case(
                        "total size that disagrees",
                        test -> test.refusesIndex(
                                "{\"metadata\":{\"total_size\":13},\"weight_map\":{\"a\":\"1.st\",\"b\":\"2.st\"}}",
                                "total_size 13, but the shards' tensors have 12 bytes")));
    }

    private static Case index(String name, String weightMap, String message) {
        return new Case(name, test -> test.refusesIndex("{\"weight_map\":{" + weightMap + "}}", message));
    }

    private static Case loads(String name, String header, int dataBytes) {
        return new Case(name, test -> {
            Path file = RawFile.write(test.folder.resolve("model.safetensors"), RawFile.of(header, dataBytes));
            assertThat(SafetensorsFile.open(file).tensor("a").data().byteSize()).isEqualTo(dataBytes);
        });
    }

    private void refusesIndex(String index, String message) throws Exception {
        SafetensorsWriter.write(folder.resolve("1.st"), Map.of("a", TensorData.vector(1f, 2f)), Map.of());
        SafetensorsWriter.write(folder.resolve("2.st"), Map.of("b", TensorData.vector(3f)), Map.of());
        Map<String, TensorData> again = Map.of("a", TensorData.vector(4f), "c", TensorData.vector(5f));
        SafetensorsWriter.write(folder.resolve("3.st"), again, Map.of());
        Path file = Files.write(folder.resolve(Checkpoint.INDEX), index.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(SinterException.class)
                .hasMessage(file + ": " + message);
    }

    void refuses(byte[] content, String message) {
        refuses(RawFile.write(folder.resolve("model.safetensors"), content), message);
    }

    private void refuses(Path file, String message) {
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void open_moreEntriesThanAllowed_stopsThere() {
        String keys = IntStream.rangeClosed(0, Header.MAX_ENTRIES)
                .mapToObj(i -> "\"" + i + "\":\"\"")
                .collect(Collectors.joining(",", "{\"__metadata__\":{", "}}"));
        Path file = RawFile.write(folder.resolve("model.safetensors"), RawFile.of(keys, 0));

        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage(file + ": header: more than 1000000 tensors and metadata keys");
    }

    @Test
    void open_missingFileOrFolder_isMissing() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("absent")))
                .isInstanceOf(MissingException.class)
                .hasMessageEndingWith("absent: no such file");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageEndingWith(": is not a regular file");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void open_truncatedOrFlipped_opensOrThrowsSinterException(long seed) {
        Random random = new Random(seed);
        byte[] good = RawFile.of(
                "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                        + "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[16,24]}}  ",
                24);
        int refused = 0;
        for (int round = 0; round < 250; round++) {
            byte[] bad = round % 2 == 0
                    ? Arrays.copyOf(good, random.nextInt(good.length))
                    : flipped(good, random, 1 + random.nextInt(4));
            Path file = RawFile.write(folder.resolve("fuzz.safetensors"), bad);
            try {
                SafetensorsFile opened = SafetensorsFile.open(file);
                opened.names().forEach(opened::tensor);
            } catch (SinterException e) {
                refused++;
                assertThat(e).as("seed %d round %d", seed, round).hasMessageStartingWith(file + ": ");
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(150);
    }

    private static byte[] flipped(byte[] good, Random random, int flips) {
        byte[] bad = good.clone();
        for (int i = 0; i < flips; i++) {
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bad;
    }

    @ParameterizedTest
    @MethodSource("unwritable")
    void validate_entriesThatBreakARule_areRefusedOnWritingToo(
            List<TensorEntry> entries, long dataBytes, String message) {
        assertThatThrownBy(() -> new Header(entries, Map.of()).validate("out", dataBytes))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> unwritable() {
        TensorEntry good = new TensorEntry("a", DType.FLOAT, List.of(1L), 0, 4);
        return Stream.of(
                arguments(List.of(good, new TensorEntry("a", DType.FLOAT, List.of(1L), 4, 8)), 8, "the name is taken"),
                arguments(List.of(new TensorEntry("__metadata__", DType.FLOAT, List.of(1L), 0, 4)), 4, "name is taken"),
                arguments(List.of(new TensorEntry("\ud800", DType.FLOAT, List.of(1L), 0, 4)), 4, "surrogate"),
                arguments(List.of(good), 5, "5 bytes after the header, but the tensors end at 4"));
    }
}
