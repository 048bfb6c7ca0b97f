package io.sinter.safetensors;

import io.sinter.safetensors.HostileSafetensorsTest.Case;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Files whose length or header breaks a rule of the format. */
final class HostileHeaders {

    private HostileHeaders() {}

    /** All of them. */
    static Stream<Case> cases() {
        return Stream.of(files(), headers(), entries()).flatMap(cases -> cases);
    }

    private static Stream<Case> files() {
        byte[] good = RawFile.of(one("F32", "[2,2]", 0, 16), 16);
        return Stream.of(
                bytes("empty file", new byte[0], "0 bytes, but a safetensors file has at least 8"),
                bytes("7 bytes", new byte[7], "7 bytes, but a safetensors file has at least 8"),
                bytes(
                        "8 bytes that claim 60",
                        RawFile.claiming(60, new byte[0], 0),
                        "header of 60 bytes, but only 0 follow; the file is cut short"),
                bytes(
                        "length 3C 00 00 00 00 FF FF FF",
                        new byte[] {0x3C, 0, 0, 0, 0, -1, -1, -1},
                        "header of 18446742974197923900 bytes, but at most 100000000 are allowed"),
                bytes(
                        "one byte too many claimed",
                        RawFile.claiming(100_000_001, new byte[0], 0),
                        "header of 100000001 bytes, but at most 100000000 are allowed"),
                bytes(
                        "4 MB claimed, 1 byte there",
                        RawFile.claiming(4 << 20, new byte[1], 0),
                        "header of 4194304 bytes, but only 1 follow; the file is cut short"),
                bytes(
                        "header cut in half",
                        Arrays.copyOf(good, 40),
                        "header of 57 bytes, but only 32 follow; the file is cut short"),
                bytes(
                        "bytes after the last tensor",
                        RawFile.of(one("F32", "[2,2]", 0, 16), 18),
                        "18 bytes after the header, but the tensors end at 16; the file is too long"),
                bytes(
                        "2 bytes missing",
                        RawFile.of(one("F32", "[2,2]", 0, 16), 14),
                        "14 bytes after the header, but the tensors end at 16; the file is cut short"));
    }

    private static Stream<Case> headers() {
        return Stream.of(
                bytes("header \\xff", RawFile.of(new byte[] {(byte) 0xFF}, 0), "header: not UTF-8"),
                bytes(
                        "overlong UTF-8",
                        RawFile.of(new byte[] {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', '}'}, 0),
                        "header: not UTF-8"),
                bytes(
                        "UTF-16",
                        RawFile.of("{}".getBytes(StandardCharsets.UTF_16LE), 0),
                        "header: not valid JSON at character"),
                header("header {", "{", 0, "header: not valid JSON at character"),
                header("", "header: the whole: got nothing, expected an object"),
                header("[]", "header: the whole: got an array, expected an object"),
                header("{} {}", "header: something follows the JSON object"),
                header("{}\0", "header: not valid JSON at character"),
                header("{\"a\":1,}", "header: tensor \"a\": got 1, expected an object"),
                header("{\"a\":{\"dtype\":'F32'}}", "header: not valid JSON at character"),
                header(
                        "deep JSON",
                        "{\"a\":{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}",
                        0,
                        "header: not valid JSON: Document nesting depth (33) exceeds"),
                header(
                        "{\"__metadata__\":{\"format\":1}}",
                        "header: __metadata__ \"format\": got 1, expected a string"),
                header("{\"__metadata__\":[]}", "header: __metadata__: got an array, expected an object"),
                header("{\"__metadata__\":{\"a\":\"\\ud800\"}}", "__metadata__ \"a\": holds half of a surrogate pair"),
                header(
                        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}",
                        "header: not valid JSON at character 28: Duplicate Object property \"a\""),
                header(
                        "{\"__metadata__\":{},\"__metadata__\":{}}",
                        "header: not valid JSON at character 33: Duplicate Object property \"__metadata__\""),
                header("duplicate keys", two("a", 0, 4, "a", 4, 8), 8, "Duplicate Object property \"a\""),
                header(
                        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,1]}}",
                        1,
                        "Duplicate Object property \"shape\""),
                header("{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1, "surrogate pair"));
    }

    private static Stream<Case> entries() {
        String sixteenBytes = IntStream.range(0, 10)
                .mapToObj(i -> tensor("t" + i, "F32", "[2,2]", 0, 16))
                .collect(Collectors.joining(",", "{", "}"));
        String manyOverOneRange = IntStream.range(0, 100_000)
                .mapToObj(i -> tensor("t" + i, "F32", "[200,200]", 0, 160_000))
                .collect(Collectors.joining(",", "{", "}"));
        return Stream.of(
                header(
                        "ten tensors all at (0,16)",
                        sixteenBytes,
                        16,
                        "data_offsets [0, 16] overlap another tensor: expected to begin at 16"),
                header(
                        "100,000 entries over one 160 KB range",
                        manyOverOneRange,
                        160_000,
                        "data_offsets [0, 160000] overlap another tensor"),
                header("a hole", two("a", 0, 4, "b", 8, 12), 12, "tensor \"b\": data_offsets [8, 12] leave a hole"),
                header(one("F32", "[1]", 4, 8), 8, "tensor \"a\": data_offsets [4, 8] leave a hole"),
                header(one("F32", "[1]", 4, 0), 4, "tensor \"a\": data_offsets [4, 0] run backwards"),
                header(
                        "shape [2,2] with offsets [0,4]",
                        one("F32", "[2,2]", 0, 4),
                        4,
                        "tensor \"a\": 4 bytes, but F32 [2, 2] needs 16"),
                header(
                        "shape [2, 18446744073709551614]",
                        one("F32", "[2,18446744073709551614]", 0, 4),
                        4,
                        "tensor \"a\": shape: 18446744073709551614 passes 2^63 - 1"),
                header(
                        "shape [2, 9223372036854775807]",
                        one("F32", "[2,9223372036854775807]", 0, 4),
                        4,
                        "tensor \"a\": F32 [2, 9223372036854775807] needs more than 2^63 - 1 bits"),
                header(
                        one("F64", "[4611686018427387904]", 0, 4),
                        4,
                        "tensor \"a\": F64 [4611686018427387904] needs more than 2^63 - 1 bits"),
                header(
                        "odd number of 4-bit elements",
                        one("F4", "[3]", 0, 1),
                        1,
                        "tensor \"a\": F4 [3] ends within a byte: 12 bits"),
                header(
                        "1e3 in the shape",
                        one("F32", "[1e3]", 0, 4000),
                        4000,
                        "shape: got 1e3, expected a non-negative integer"),
                header(
                        "-1 in the shape",
                        one("F32", "[-1]", 0, 4),
                        4,
                        "shape: got -1, expected a non-negative integer"),
                header(
                        "1.0 in the shape",
                        one("F32", "[1.0]", 0, 4),
                        4,
                        "shape: got 1.0, expected a non-negative integer"),
                header(one("F32", "[\"1\"]", 0, 4), 4, "shape: got a string, expected a non-negative integer"),
                header(one("F32", "[null]", 0, 4), 4, "shape: got null, expected a non-negative integer"),
                header(one("F32", "7", 0, 4), 4, "shape: got 7, expected an array"),
                header(
                        "offsets [0,1e1]",
                        entry("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,1e1]"),
                        10,
                        "data_offsets: got 1e1"),
                header(
                        "offsets [-1,4]",
                        entry("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-1,4]"),
                        4,
                        "data_offsets: got -1"),
                header(
                        "offsets [0.0,4]",
                        entry("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0.0,4]"),
                        4,
                        "data_offsets: got 0.0"),
                header(
                        entry("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,2,4]"),
                        4,
                        "data_offsets [0, 2, 4], expected [begin, end]"),
                header(entry("\"shape\":[1],\"data_offsets\":[0,4]"), 4, "tensor \"a\": no \"dtype\""),
                header(entry("\"dtype\":\"F32\",\"data_offsets\":[0,4]"), 4, "tensor \"a\": no \"shape\""),
                header(entry("\"dtype\":\"F32\",\"shape\":[1]"), 4, "tensor \"a\": no \"data_offsets\""),
                header("unknown dtype", one("F33", "[1]", 0, 4), 4, "tensor \"a\": unknown dtype \"F33\""),
                header(one("f32", "[1]", 0, 4), 4, "tensor \"a\": unknown dtype \"f32\""),
                header(one("", "[1]", 0, 4), 4, "tensor \"a\": unknown dtype \"\""));
    }

    static String tensor(String name, String dtype, String shape, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, shape, begin, end);
    }

    private static String one(String dtype, String shape, long begin, long end) {
        return "{" + tensor("a", dtype, shape, begin, end) + "}";
    }

    private static String two(String first, long b1, long e1, String second, long b2, long e2) {
        return "{" + tensor(first, "F32", "[1]", b1, e1) + "," + tensor(second, "F32", "[1]", b2, e2) + "}";
    }

    private static String entry(String fields) {
        return "{\"a\":{" + fields + "}}";
    }

    private static Case bytes(String name, byte[] content, String message) {
        return new Case(name, test -> test.refuses(content, message));
    }

    private static Case header(String json, String message) {
        return header(message, json, 0, message);
    }

    private static Case header(String json, int dataBytes, String message) {
        return header(message, json, dataBytes, message);
    }

    private static Case header(String name, String json, int dataBytes, String message) {
        return bytes(name, RawFile.of(json, dataBytes), message);
    }
}
