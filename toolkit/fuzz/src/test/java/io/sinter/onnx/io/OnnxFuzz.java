package io.sinter.onnx.io;

import io.sinter.error.SinterException;
import io.sinter.fuzz.Promise;
import io.sinter.onnx.ir.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any bytes as an ONNX model in a folder with a data file; what is read can also be written, and read again. */
public final class OnnxFuzz {

    private static final Path FILE = folder().resolve("model.onnx");

    private OnnxFuzz() {}

    /** One execution. */
    public static void fuzzerTestOneInput(byte[] input) {
        Promise.hold(input, OnnxFuzz::readAndWrite);
    }

    private static void readAndWrite(byte[] input) {
        Model model = read(input);
        byte[] written = OnnxWriter.toBytes(model);
        try {
            String text = TextForm.of(model);
            String again = TextForm.of(read(written));
            if (!again.equals(text)) {
                throw new AssertionError("written and read again, it is another model:\n" + text + "\n" + again);
            }
        } catch (SinterException e) {
            throw new AssertionError("what was read is refused after it was written", e);
        }
    }

    private static Model read(byte[] input) {
        MemorySegment bytes =
                Arena.ofAuto().allocate(Math.max(1, input.length), 64).asSlice(0, input.length);
        bytes.copyFrom(MemorySegment.ofArray(input));
        return OnnxReader.read(bytes, new ExternalData(FILE, Links.CONTAINED), "model.onnx");
    }

    /** A folder with {@code w.data} of 64 bytes, and one in {@code sub}. */
    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("sinter-fuzz");
            Files.write(folder.resolve("w.data"), new byte[64]);
            Files.write(Files.createDirectory(folder.resolve("sub")).resolve("w.data"), new byte[64]);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
