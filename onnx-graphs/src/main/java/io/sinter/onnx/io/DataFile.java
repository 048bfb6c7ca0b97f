package io.sinter.onnx.io;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The name of a model's external data file, chosen such that no crash leaves a model beside another model's data: two
 * files cannot be renamed at once, so data never replaces different data.
 *
 * @param file the model's file
 * @param preferredName the name if it is free
 */
record DataFile(Path file, String preferredName) {

    private static final long CHUNK = 1 << 28;

    /** The data file of a model. */
    static DataFile of(Path file, WriteOptions options) {
        String location = options.location();
        if (location != null && location.equals(String.valueOf(file.getFileName()))) {
            throw new IllegalArgumentException(file + ": the model and its data cannot have the same name");
        }
        return new DataFile(file, location == null ? defaultName(file) : location);
    }

    /** The preferred name if it is free or has the same content already; else one with a checksum. */
    String nameFor(ExternalLayout layout) {
        Path wanted = file.resolveSibling(preferredName);
        try {
            boolean isFree = !Files.exists(wanted, LinkOption.NOFOLLOW_LINKS);
            if (isFree || (Files.isRegularFile(wanted) && layout.matches(MappedFile.map(wanted)))) {
                return preferredName;
            }
        } catch (IOException e) {
            throw new OutputException(wanted + ": is there and cannot be read: " + e.getMessage(), e);
        }
        return "%s.%s.data".formatted(stem(), checksum(layout));
    }

    /**
     * Data files of this model's earlier versions, which nothing refers to any more; only those named after the model's
     * file, as others may be shared.
     */
    List<Path> earlier(String current) {
        if (!preferredName.equals(defaultName(file))) {
            return List.of();
        }
        Pattern own = Pattern.compile(Pattern.quote(stem()) + "(\\.[0-9a-f]{8})?\\.data");
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (Stream<Path> siblings = Files.list(folder)) {
            return siblings.filter(path -> isOther(path, current, own)).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean isOther(Path path, String current, Pattern own) {
        String name = path.getFileName().toString();
        return !name.equals(current) && own.matcher(name).matches();
    }

    private static String defaultName(Path file) {
        return file.getFileName() + ".data";
    }

    private String stem() {
        return preferredName.endsWith(".data")
                ? preferredName.substring(0, preferredName.length() - ".data".length())
                : preferredName;
    }

    private static String checksum(ExternalLayout layout) {
        CRC32C crc = new CRC32C();
        for (ExternalLayout.Slot slot : layout.slots().values()) {
            MemorySegment elements = slot.elements();
            for (long from = 0; from < elements.byteSize(); from += CHUNK) {
                MemorySegment part = elements.asSlice(from, Math.min(CHUNK, elements.byteSize() - from));
                crc.update(
                        part.isNative() ? part.asByteBuffer() : ByteBuffer.wrap(part.toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
