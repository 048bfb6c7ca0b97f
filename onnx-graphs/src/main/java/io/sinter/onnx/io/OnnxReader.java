package io.sinter.onnx.io;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.ir.Model;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads ONNX models. Weights stay where they are: each tensor is a slice of the mapped file (or of its external data),
 * and nothing of it is read before it is used.
 */
public final class OnnxReader {

    private OnnxReader() {}

    /**
     * Reads a model, mapping its file and its external data, with the {@linkplain Links#standard standard} policy on links.
     *
     * @see #read(Path, Links)
     */
    public static Model read(Path file) {
        return read(file, Links.standard());
    }

    /**
     * Reads a model, mapping its file and its external data. The files may be replaced (not truncated or overwritten)
     * while the model is in use. Files of more than 2 GB are fine as long as the rest without {@code raw_data} is smaller.
     *
     * @throws MissingException if the file or its external data does not exist or cannot be read
     * @throws MalformedException if the file is not a valid ONNX model, or its external data lies outside its folder
     * @throws io.sinter.error.UnsupportedException for an element type that Sinter does not know
     */
    public static Model read(Path file, Links links) {
        if (!Files.exists(file)) {
            throw new MissingException(file + ": no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new MalformedException(file + ": not an ONNX model: not a regular file");
        }
        MemorySegment bytes;
        try {
            bytes = MappedFile.map(file);
        } catch (IOException e) {
            throw new MissingException(file + ": cannot be read: " + e.getMessage(), e);
        }
        return read(bytes, new ExternalData(file, links), file.toString());
    }

    /**
     * Reads a model from memory, which is copied once, to native memory. It cannot have external data.
     *
     * @throws MalformedException if this is not a valid ONNX model
     * @throws io.sinter.error.UnsupportedException for an element type that Sinter does not know
     */
    public static Model read(byte[] model) {
        MemorySegment bytes = Arena.ofAuto().allocate(model.length, 64);
        MemorySegment.copy(MemorySegment.ofArray(model), 0, bytes, 0, model.length);
        return read(bytes, new ExternalData(null, Links.CONTAINED), "model in memory");
    }

    /** Reads a model of these bytes, and its external data from where {@code external} finds it. */
    static Model read(MemorySegment bytes, ExternalData external, String where) {
        if (bytes.byteSize() == 0) {
            throw new MalformedException(where + ": not an ONNX model: the file is empty");
        }
        List<MemorySegment> rawData = new ArrayList<>();
        RawDataSplicer skeleton = new RawDataSplicer(bytes, elements -> number(elements, rawData), where);
        ModelProto proto = parse(skeleton, where);
        return new ModelDecoder(new TensorDecoder(rawData, external, where), where).model(proto);
    }

    private static MemorySegment number(MemorySegment elements, List<MemorySegment> rawData) {
        rawData.add(elements);
        return MemorySegment.ofArray(
                ByteBuffer.allocate(Integer.BYTES).putInt(rawData.size() - 1).array());
    }

    private static ModelProto parse(RawDataSplicer skeleton, String where) {
        if (skeleton.size() > Integer.MAX_VALUE - 64) {
            throw new MalformedException("%s: %d bytes besides raw_data, but protobuf reads at most 2^31 - 1"
                    .formatted(where, skeleton.size()));
        }
        byte[] bytes = skeleton.toByteArray();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        in.enableAliasing(true);
        try {
            return ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedException(where + ": not an ONNX model: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }
}
