package io.sinter.safetensors;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * A safetensors file, mapped: its tensors are slices of the mapping, and nothing is read until it is used. The mapping
 * lives as long as any of them is reachable.
 *
 * <p>Layout: 8 bytes of header length (little-endian, unsigned), the header (UTF-8 JSON), the tensors' bytes. Every rule
 * of the format is checked on opening. See <a href="https://github.com/huggingface/safetensors#format">the format</a>.
 */
public final class SafetensorsFile {

    private final Path path;
    private final Map<String, TensorEntry> entries;
    private final Map<String, String> metadata;
    private final MemorySegment data;

    private SafetensorsFile(Path path, Header header, MemorySegment data) {
        this.path = path;
        this.entries = Collections.unmodifiableMap(header.byName());
        this.metadata = header.metadata();
        this.data = data;
    }

    /**
     * Maps a file and checks it.
     *
     * @throws MissingException if there is no such file, or it cannot be read
     * @throws MalformedException if it breaks a rule of the format
     */
    public static SafetensorsFile open(Path path) {
        return of(path, map(path));
    }

    /** Checks the bytes of a file. */
    static SafetensorsFile of(Path path, MemorySegment file) {
        String where = path.toString();
        long headerBytes = headerBytes(where, file);
        MemorySegment data = file.asSlice(Long.BYTES + headerBytes);
        Header header = HeaderReader.parse(where, file.asSlice(Long.BYTES, headerBytes));
        header.validate(where, data.byteSize());
        return new SafetensorsFile(path, header, data);
    }

    static MemorySegment map(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new MissingException(path + (Files.exists(path) ? ": is not a regular file" : ": no such file"));
        }
        try (FileChannel channel = FileChannel.open(path)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        } catch (IOException e) {
            throw new MissingException(path + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static long headerBytes(String where, MemorySegment file) {
        if (file.byteSize() < Long.BYTES) {
            throw new MalformedException(
                    "%s: %d bytes, but a safetensors file has at least 8".formatted(where, file.byteSize()));
        }
        long length = file.get(TensorData.I64, 0);
        if (Long.compareUnsigned(length, Header.MAX_BYTES) > 0) {
            throw new MalformedException("%s: header of %s bytes, but at most %d are allowed"
                    .formatted(where, Long.toUnsignedString(length), Header.MAX_BYTES));
        }
        long rest = file.byteSize() - Long.BYTES;
        if (length > rest) {
            throw new MalformedException(
                    "%s: header of %d bytes, but only %d follow; the file is cut short".formatted(where, length, rest));
        }
        return length;
    }

    /** The file, as it was given. */
    public Path path() {
        return path;
    }

    /** {@code __metadata__}, in the file's order; empty where there is none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The tensors' places by name, in the order of the data. */
    public Map<String, TensorEntry> entries() {
        return entries;
    }

    /** The tensors' names, in the order of the data. */
    public SequencedSet<String> names() {
        return new LinkedHashSet<>(entries.keySet());
    }

    /** A tensor, over the mapped file, or nothing. */
    public Optional<TensorData> find(String name) {
        return Optional.ofNullable(entries.get(name))
                .map(e -> new TensorData(e.dtype(), e.shape(), data.asSlice(e.begin(), e.byteSize())));
    }

    /**
     * A tensor, over the mapped file.
     *
     * @throws MissingException if there is none of that name
     */
    public TensorData tensor(String name) {
        return find(name)
                .orElseThrow(() -> new MissingException(path + ": " + NearNames.missing(name, entries.keySet())));
    }
}
