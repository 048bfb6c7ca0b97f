package io.sinter.onnx.io;

import static io.sinter.onnx.io.HostileOnnxTest.EXPECTED;
import static io.sinter.onnx.io.HostileOnnxTest.floatsOf;
import static io.sinter.onnx.io.HostileOnnxTest.refusedTensor;
import static io.sinter.onnx.io.Protos.external;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.io.HostileOnnxTest.Case;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.ir.Model;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where external data must not be read from. */
final class HostileExternalData {

    private static final String LINKS = "; put a copy there or, if you trust the model, allow links: --follow-links";

    private HostileExternalData() {}

    /** All of them. */
    static Stream<Case> cases() {
        return Stream.of(locations(), links(), keys(), ranges()).flatMap(cases -> cases);
    }

    private static Stream<Case> locations() {
        return Stream.of(
                location("../../file.bin", "leaves the model's folder through \"..\""),
                location("../test/../file.bin", "leaves the model's folder through \"..\""),
                location("a/../../b", "leaves the model's folder through \"..\""),
                location("../secret.data", "leaves the model's folder through \"..\""),
                location("//file.bin", "an absolute path"),
                location("/etc/passwd", "an absolute path"),
                location("C:/w.data", "has a drive letter"),
                location("sub\\w.data", "contains a backslash"),
                location("..\\secret.data", "contains a backslash"),
                location("w.data\0.png", "contains a NUL character"),
                location("", "empty"),
                location("*/_ORT_MEM_ADDR_/*", "a memory address of another process"),
                location("sub", "not a regular file"),
                refusedTensor("location missing", external("w"), "external data without a location"),
                refusedTensor(
                        "location of a file that is not there",
                        external("w", "location", "gone.data"),
                        "external data file %s is missing"),
                new Case("FIFO as location", test -> {
                    Path pipe = test.folder.resolve("pipe");
                    assertThat(new ProcessBuilder("mkfifo", pipe.toString())
                                    .start()
                                    .waitFor())
                            .isZero();
                    test.refuses(
                            external("w", "location", "pipe"),
                            "external data location \"pipe\": not a regular file" + EXPECTED);
                }));
    }

    private static Stream<Case> links() {
        return Stream.of(
                new Case("final symlink", test -> {
                    Path secret = test.root.resolve("secret.data");
                    Files.createSymbolicLink(test.folder.resolve("link"), secret);
                    test.refuses(
                            external("w", "location", "link"),
                            "external data location \"link\": a symbolic link leads out of the model's folder, to "
                                    + secret.toRealPath() + LINKS);
                    test.loadsWithLinks(external("w", "location", "link"));
                }),
                new Case("symlinked parent", test -> {
                    Files.createSymbolicLink(test.folder.resolve("up"), test.root);
                    test.refuses(
                            external("w", "location", "up/secret.data"),
                            "external data location \"up/secret.data\": a symbolic link leads out of the model's folder, to "
                                    + test.root.resolve("secret.data").toRealPath() + LINKS);
                    test.loadsWithLinks(external("w", "location", "up/secret.data"));
                }),
                new Case("hard link", test -> {
                    Files.createLink(test.folder.resolve("link"), test.root.resolve("secret.data"));
                    test.refuses(
                            external("w", "location", "link"),
                            "external data location \"link\": a file with 2 names (hard links), which may be anybody's"
                                    + LINKS);
                    test.loadsWithLinks(external("w", "location", "link"));
                }),
                new Case("symlink within the folder loads", test -> {
                    Files.createSymbolicLink(test.folder.resolve("link"), Path.of("sub", "w.data"));
                    test.loads(external("w", "location", "link"), 1, 2);
                }),
                new Case("symlinks of a model cache load", test -> {
                    Path blobs = Files.createDirectories(test.root.resolve("blobs"));
                    Files.move(test.write(test.with(external("w", "location", "w.data"))), blobs.resolve("1f"));
                    Files.move(test.folder.resolve("w.data"), blobs.resolve("2e"));
                    Path model = Files.createSymbolicLink(test.folder.resolve("model.onnx"), Path.of("../blobs/1f"));
                    Files.createSymbolicLink(test.folder.resolve("w.data"), Path.of("../blobs/2e"));
                    assertThat(floatsOf(OnnxReader.read(model))).containsExactly(1, 2);
                }),
                new Case("saving onto a symlink", test -> {
                    Path target = test.folder.resolve("out.onnx");
                    Files.createSymbolicLink(target, test.root.resolve("secret.data"));
                    byte[] before = Files.readAllBytes(test.root.resolve("secret.data"));
                    Model model = OnnxReader.read(test.write(test.with(external("w", "location", "w.data"))));
                    OnnxWriter.write(model, target, WriteOptions.DEFAULT);
                    assertThat(Files.isSymbolicLink(target)).isFalse();
                    assertThat(test.root.resolve("secret.data")).hasBinaryContent(before);
                    assertThat(floatsOf(OnnxReader.read(target))).containsExactly(1, 2);
                }));
    }

    private static Stream<Case> keys() {
        String[] many = IntStream.range(0, 100_000)
                .boxed()
                .flatMap(i -> Stream.of("key" + i, "x"))
                .toArray(String[]::new);
        return Stream.of(
                refusedTensor(
                        "unknown key",
                        external("w", "location", "w.data", "basepath", "/"),
                        "external data has the key \"basepath\": expected location, offset, length"),
                refusedTensor(
                        "dunder key",
                        external("w", "location", "w.data", "__class__", "x"),
                        "external data has the key \"__class__\": expected location, offset, length"),
                refusedTensor(
                        "very many keys",
                        external("w", many),
                        "external data has the key \"key0\": expected location, offset, length"),
                refusedTensor(
                        "key twice",
                        external("w", "location", "w.data", "location", "w.data"),
                        "external data has the key \"location\" twice"));
    }

    private static Stream<Case> ranges() {
        String whole = ": expected a whole number from 0 to 9223372036854775807";
        return Stream.of(
                range("negative offset", "offset", "-4", "external data has offset \"-4\"" + whole),
                range("negative length", "length", "-8", "external data has length \"-8\"" + whole),
                range("non-numeric offset", "offset", "0x10", "external data has offset \"0x10\"" + whole),
                range("non-numeric length", "length", "8.0", "external data has length \"8.0\"" + whole),
                range(
                        "overflowing offset",
                        "offset",
                        "9223372036854775808",
                        "external data has offset \"9223372036854775808\"" + whole),
                range(
                        "overflowing length",
                        "length",
                        "18446744073709551624",
                        "external data has length \"18446744073709551624\"" + whole),
                range(
                        "offset beyond the file",
                        "offset",
                        "17",
                        "external data begins at byte 17, but \"w.data\" has only 16"),
                range(
                        "offset + length beyond the file",
                        "offset",
                        "12",
                        "external data of 8 bytes at byte 12 passes the end of \"w.data\" (16 bytes)"),
                range(
                        "huge length",
                        "length",
                        "9223372036854775807",
                        "9223372036854775807 bytes of external data, but type and shape need 8"),
                range(
                        "length other than shape × type",
                        "length",
                        "4",
                        "4 bytes of external data, but type and shape need 8"),
                new Case(
                        "zero offset and length load",
                        test -> test.loads(external("w", "location", "w.data", "offset", "0", "length", "0"), 1, 2)),
                new Case("two tensors over one range load", test -> {
                    GraphProto.Builder graph = sum().clearInitializer()
                            .addInitializer(external("w", "location", "w.data"))
                            .addInitializer(external("v", "location", "w.data"));
                    Model model = OnnxReader.read(test.write(model(graph)));
                    assertThat(model.graph().initializers()).hasSize(2);
                    assertThat(floatsOf(model)).containsExactly(1, 2);
                }),
                new Case("padding over 64 KiB loads, and is not saved", test -> {
                    try (RandomAccessFile padded =
                            new RandomAccessFile(test.folder.resolve("w.data").toFile(), "rw")) {
                        padded.seek(1L << 30);
                        padded.write(Files.readAllBytes(test.root.resolve("secret.data")));
                    }
                    TensorProto.Builder far = external("w", "location", "w.data", "offset", "1073741824");
                    test.loads(far, 1, 2);
                    Path copy = test.root.resolve("copy.onnx");
                    WriteOptions options = WriteOptions.DEFAULT
                            .withPlacement(WriteOptions.Placement.EXTERNAL)
                            .withExternalThreshold(0);
                    OnnxWriter.write(OnnxReader.read(test.write(test.with(far))), copy, options);
                    assertThat(test.root.resolve("copy.onnx.data"))
                            .satisfies(data -> assertThat(Files.size(data)).isLessThan(1 << 16));
                }));
    }

    private static Case location(String location, String why) {
        return refusedTensor(
                "location " + location.replace('\0', '␀'),
                external("w", "location", location, "offset", "0", "length", "8"),
                "external data location \"%s\": %s%s".formatted(location.replace('\0', '␀'), why, EXPECTED));
    }

    private static Case range(String name, String key, String value, String message) {
        return refusedTensor(name, external("w", "location", "w.data", key, value), message);
    }
}
