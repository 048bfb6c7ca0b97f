package io.sinter.onnx.io;

import io.sinter.error.OutputException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes ONNX models. Weights go from where they are to the file, not through the heap; the file appears whole or not at
 * all. The same model gives the same bytes.
 */
public final class OnnxWriter {

    /** What a protobuf may hold, less room for what readers add. */
    private static final long LIMIT = Integer.MAX_VALUE - (64L << 20);

    private OnnxWriter() {}

    /**
     * Writes a model, in place of a file that may be there, also the one that the model was read from.
     *
     * <p>External data is written and forced to the disk before the model file that refers to it takes its name. Where
     * a different data file has the wanted name already, an older model may need it: the new one is then named by its
     * checksum, and the old one, if its name shows that it was this model's, is deleted once it is not needed.
     *
     * @throws OutputException if a file cannot be written; what was there before is then still there
     * @throws UnsupportedException if the model does not fit into one protobuf
     */
    public static void write(Model model, Path file, WriteOptions options) {
        if (Files.isDirectory(file)) {
            throw new OutputException(file + ": is a folder, expected the name of a file");
        }
        try {
            switch (options.placement()) {
                case EXTERNAL -> writeExternal(model, file, options);
                case EMBEDDED -> writeModel(encode(model, ExternalLayout.NONE, file), file, options);
                case AUTOMATIC -> {
                    RawDataSplicer embedded = splice(model, ExternalLayout.NONE, file);
                    if (embedded.size() > LIMIT) {
                        writeExternal(model, file, options);
                    } else {
                        writeModel(embedded, file, options);
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new OutputException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * The bytes of a model's file, elements included.
     *
     * @throws UnsupportedException if they pass protobuf's limit of 2 GB
     */
    public static byte[] toBytes(Model model) {
        return encode(model, ExternalLayout.NONE, Path.of("model.onnx")).toByteArray();
    }

    /** How many bytes a model takes with its elements, in one file. */
    public static long size(Model model) {
        return splice(model, ExternalLayout.NONE, Path.of("model.onnx")).size();
    }

    private static void writeExternal(Model model, Path file, WriteOptions options) throws IOException {
        DataFile dataFile = DataFile.of(file, options);
        ExternalLayout layout = ExternalLayout.of(model, dataFile.preferredName(), options);
        if (layout.slots().isEmpty()) {
            writeModel(encode(model, layout, file), file, options);
            return;
        }
        try (AtomicFile data = new AtomicFile(file, options.progress())) {
            for (ExternalLayout.Slot slot : layout.slots().values()) {
                data.padTo(slot.offset());
                data.write(slot.elements());
            }
            data.force();
            String name = dataFile.nameFor(data.temporary());
            RawDataSplicer message = encode(model, layout.at(name), file);
            try (AtomicFile protobuf = new AtomicFile(file, options.progress())) {
                writePieces(message, protobuf);
                data.renameTo(file.resolveSibling(name));
                protobuf.renameTo(file);
            }
            dataFile.deleteOthers(name);
        }
    }

    private static void writeModel(RawDataSplicer message, Path file, WriteOptions options) throws IOException {
        try (AtomicFile out = new AtomicFile(file, options.progress())) {
            writePieces(message, out);
            out.renameTo(file);
        }
    }

    private static void writePieces(RawDataSplicer message, AtomicFile out) throws IOException {
        for (MemorySegment piece : message.pieces()) {
            out.write(piece);
        }
        out.force();
    }

    private static RawDataSplicer encode(Model model, ExternalLayout external, Path file) {
        RawDataSplicer message = splice(model, external, file);
        if (message.size() > LIMIT) {
            throw new UnsupportedException("%s: %d bytes, but a protobuf holds at most 2 GB: write with external data"
                    .formatted(file, message.size()));
        }
        return message;
    }

    private static RawDataSplicer splice(Model model, ExternalLayout external, Path file) {
        TensorEncoder tensors = new TensorEncoder(external);
        byte[] skeleton = new ModelEncoder(tensors).model(model).toByteArray();
        String name = Objects.requireNonNullElse(file.getFileName(), file).toString();
        return new RawDataSplicer(MemorySegment.ofArray(skeleton), tensors::elements, name);
    }
}
