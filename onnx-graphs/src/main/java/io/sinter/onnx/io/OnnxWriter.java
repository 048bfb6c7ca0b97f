package io.sinter.onnx.io;

import io.sinter.error.OutputException;
import io.sinter.error.UnsupportedException;
import io.sinter.file.AtomicFile;
import io.sinter.onnx.ir.Model;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Writes ONNX models. Weights go from where they are to the file, not through the heap; the file appears whole or not at
 * all. The same model gives the same bytes.
 */
public final class OnnxWriter {

    /** What a protobuf may hold, less room for what readers add. */
    private static final long LIMIT = Integer.MAX_VALUE - (64L << 20);

    private static final long BLOCK = 1 << 16;

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
        write(model, file, options, LIMIT);
    }

    /** As above, with another limit than protobuf's for the automatic choice. */
    static void write(Model model, Path file, WriteOptions options, long limit) {
        switch (options.placement()) {
            case EXTERNAL -> writeExternal(model, file, options);
            case EMBEDDED -> writeEmbedded(encode(model, ExternalLayout.NONE, file), file, options);
            case AUTOMATIC -> {
                RawDataSplicer embedded = splice(model, ExternalLayout.NONE, file);
                if (embedded.size() > limit) {
                    writeExternal(model, file, options);
                } else {
                    writeEmbedded(embedded, file, options);
                }
            }
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

    /** The SHA-256 of the bytes that a model takes with its elements, as hexadecimal digits; there may be more than 2 GB. */
    public static String digest(Model model) {
        MessageDigest digest = sha256();
        splice(model, ExternalLayout.NONE, Path.of("model.onnx")).pieces().forEach(piece -> update(digest, piece));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, MemorySegment piece) {
        byte[] block = new byte[(int) Math.min(BLOCK, piece.byteSize())];
        for (long at = 0; at < piece.byteSize(); at += block.length) {
            int length = (int) Math.min(block.length, piece.byteSize() - at);
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, at, block, 0, length);
            digest.update(block, 0, length);
        }
    }

    /** How many bytes a model takes with its elements, in one file. */
    public static long size(Model model) {
        return splice(model, ExternalLayout.NONE, Path.of("model.onnx")).size();
    }

    private static void writeEmbedded(RawDataSplicer message, Path file, WriteOptions options) {
        AtomicFile.write(file, message.size(), channel -> writePieces(message, channel, options));
    }

    /** The data is complete and has its name before the file that refers to it gets its own. */
    private static void writeExternal(Model model, Path file, WriteOptions options) {
        DataFile dataFile = DataFile.of(file, options);
        ExternalLayout unnamed = ExternalLayout.of(model, options);
        if (unnamed.slots().isEmpty()) {
            writeEmbedded(encode(model, unnamed, file), file, options);
            return;
        }
        ExternalLayout layout = unnamed.at(dataFile.nameFor(unnamed));
        RawDataSplicer message = encode(model, layout, file);
        Path data = file.resolveSibling(layout.location());
        boolean isNew = !Files.exists(data);
        boolean complete = false;
        try {
            AtomicFile.write(file, Math.addExact(message.size(), layout.size()), channel -> {
                writePieces(message, channel, options);
                AtomicFile.write(data, layout.size(), dataChannel -> writeSlots(layout, dataChannel, options));
            });
            complete = true;
        } finally {
            if (isNew && !complete) {
                deleteQuietly(data);
            }
        }
        dataFile.earlier(layout.location()).forEach(OnnxWriter::deleteQuietly);
    }

    private static void writePieces(RawDataSplicer message, FileChannel channel, WriteOptions options)
            throws IOException {
        SegmentOutput out = new SegmentOutput(channel, options);
        for (MemorySegment piece : message.pieces()) {
            out.write(piece);
        }
        out.flush();
    }

    private static void writeSlots(ExternalLayout layout, FileChannel channel, WriteOptions options)
            throws IOException {
        SegmentOutput out = new SegmentOutput(channel, options);
        for (ExternalLayout.Slot slot : layout.slots().values()) {
            out.padTo(slot.offset());
            out.write(slot.elements());
        }
        out.flush();
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The model is whole either way; a data file too many does no harm.
        }
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
