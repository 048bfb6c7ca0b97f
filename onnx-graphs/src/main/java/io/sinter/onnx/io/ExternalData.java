package io.sinter.onnx.io;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.onnx.io.proto.StringStringEntryProto;
import io.sinter.onnx.io.proto.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The elements of tensors that lie in other files, and every check on where those are.
 *
 * <p>A location is a relative path, without {@code ..}, to a regular file; {@link Links} says where links may lead. Offset
 * and length must lie in that file, and the length must be what type and extents need. Nothing of a file is touched before
 * its location has passed.
 */
final class ExternalData {

    private static final Set<String> KEYS = Set.of("location", "offset", "length", "checksum");
    private static final String MEMORY_ADDRESS = "_ORT_MEM_ADDR_";

    private final @Nullable Path model;
    private final Links links;
    private final Map<Path, MemorySegment> files = new HashMap<>();

    /**
     * External data of a model.
     *
     * @param model the model's file, or null for a model in memory, which can have no external data
     */
    ExternalData(@Nullable Path model, Links links) {
        this.model = model;
        this.links = links;
    }

    /**
     * The elements of a tensor, as a slice of the mapped file.
     *
     * @param tensor a tensor with {@code data_location = EXTERNAL}
     * @param needed bytes that its type and extents take
     * @param where file and tensor, for messages
     * @throws MalformedException if the entries, the location, the offset or the length are not allowed
     * @throws MissingException if there is no such file
     */
    MemorySegment elements(TensorProto tensor, long needed, String where) {
        Map<String, String> entries = entries(tensor, where);
        String location = entries.get("location");
        if (location == null) {
            throw new MalformedException(where + ": external data without a location");
        }
        long offset = number("offset", entries.getOrDefault("offset", "0"), where);
        long length = number("length", entries.getOrDefault("length", "0"), where);
        if (length != 0 && length != needed) {
            throw new MalformedException(
                    "%s: %d bytes of external data, but type and shape need %d".formatted(where, length, needed));
        }
        MemorySegment file = file(location, where);
        if (offset > file.byteSize()) {
            throw new MalformedException("%s: external data begins at byte %d, but \"%s\" has only %d"
                    .formatted(where, offset, location, file.byteSize()));
        }
        if (needed > file.byteSize() - offset) {
            throw new MalformedException("%s: external data of %d bytes at byte %d passes the end of \"%s\" (%d bytes)"
                    .formatted(where, needed, offset, location, file.byteSize()));
        }
        return file.asSlice(offset, needed);
    }

    private static Map<String, String> entries(TensorProto tensor, String where) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            if (!KEYS.contains(entry.getKey())) {
                throw new MalformedException("%s: external data has the key \"%s\": expected location, offset, length"
                        .formatted(where, entry.getKey()));
            }
            if (entries.put(entry.getKey(), entry.getValue()) != null) {
                throw new MalformedException(
                        "%s: external data has the key \"%s\" twice".formatted(where, entry.getKey()));
            }
        }
        return entries;
    }

    private static long number(String key, String text, String where) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a negative number.
        }
        throw new MalformedException("%s: external data has %s \"%s\": expected a whole number from 0 to %d"
                .formatted(where, key, text, Long.MAX_VALUE));
    }

    private MemorySegment file(String location, String where) {
        if (model == null) {
            throw new MalformedException(
                    "%s: external data in \"%s\", but a model in memory has no folder: read it from its file"
                            .formatted(where, location));
        }
        Path path = folder(model).resolve(relative(location, where));
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new MissingException("%s: external data file %s is missing".formatted(where, path));
        }
        try {
            Path real = path.toRealPath();
            if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(location, "not a regular file", where);
            }
            switch (links) {
                case CONTAINED -> requireContained(location, model, real, where);
                case FOLLOWED -> {}
            }
            return files.computeIfAbsent(real, ExternalData::map);
        } catch (IOException | UncheckedIOException e) {
            throw new MissingException("%s: external data file %s cannot be read: %s".formatted(where, path, e), e);
        }
    }

    private static void requireContained(String location, Path model, Path real, String where) throws IOException {
        if (!real.startsWith(folder(model).toRealPath()) && !real.startsWith(folder(model.toRealPath()))) {
            throw link(location, "a symbolic link leads out of the model's folder, to " + real, where);
        }
        if (real.getFileSystem().supportedFileAttributeViews().contains("unix")
                && Files.getAttribute(real, "unix:nlink") instanceof Integer names
                && names > 1) {
            throw link(location, "a file with %d names (hard links), which may be anybody's".formatted(names), where);
        }
    }

    private static MalformedException link(String location, String why, String where) {
        return new MalformedException(
                "%s: external data location \"%s\": %s; put a copy there or, if you trust the model, allow links: --follow-links"
                        .formatted(where, location, why));
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static MemorySegment map(Path file) {
        try {
            return MappedFile.map(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The location, if it is a plain relative path that stays where it starts. */
    private static Path relative(String location, String where) {
        if (location.isEmpty()) {
            throw refused(location, "empty", where);
        }
        if (location.indexOf('\0') >= 0) {
            throw refused(location, "contains a NUL character", where);
        }
        if (location.contains(MEMORY_ADDRESS)) {
            throw refused(location, "a memory address of another process", where);
        }
        if (location.indexOf('\\') >= 0) {
            throw refused(location, "contains a backslash", where);
        }
        if (location.startsWith("/")) {
            throw refused(location, "an absolute path", where);
        }
        if (location.length() > 1 && location.charAt(1) == ':') {
            throw refused(location, "has a drive letter", where);
        }
        Path path;
        try {
            path = Path.of(location);
        } catch (InvalidPathException e) {
            throw refused(location, "not a path on this system", where);
        }
        for (Path part : path) {
            if (part.toString().equals("..")) {
                throw refused(location, "leaves the model's folder through \"..\"", where);
            }
        }
        return path;
    }

    private static MalformedException refused(String location, String why, String where) {
        return new MalformedException(
                "%s: external data location \"%s\": %s; expected a relative path to a file in the model's folder"
                        .formatted(where, location.replace('\0', '\u2400'), why));
    }
}
