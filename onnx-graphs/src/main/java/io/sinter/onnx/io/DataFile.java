package io.sinter.onnx.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
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

    /** The data file of a model. */
    static DataFile of(Path file, WriteOptions options) {
        String location = options.location();
        return new DataFile(file, location == null ? file.getFileName() + ".data" : location);
    }

    /** The preferred name if it is free or has the same content already; else one with a checksum. */
    String nameFor(Path content) throws IOException {
        Path wanted = file.resolveSibling(preferredName);
        if (!Files.exists(wanted) || Files.mismatch(wanted, content) == -1) {
            return preferredName;
        }
        return "%s.%s.data".formatted(stem(), checksum(content));
    }

    /**
     * Deletes data files of this model's earlier versions, which nothing refers to any more; only those named after the
     * model's file, as others may be shared.
     */
    void deleteOthers(String kept) throws IOException {
        if (!preferredName.equals(file.getFileName() + ".data")) {
            return;
        }
        Pattern own = Pattern.compile(Pattern.quote(stem()) + "(\\.[0-9a-f]{8})?\\.data");
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        List<Path> others;
        try (Stream<Path> siblings = Files.list(folder)) {
            others = siblings.filter(path -> {
                        String name = path.getFileName().toString();
                        return !name.equals(kept) && own.matcher(name).matches();
                    })
                    .toList();
        }
        for (Path other : others) {
            Files.deleteIfExists(other);
        }
    }

    private String stem() {
        return preferredName.endsWith(".data")
                ? preferredName.substring(0, preferredName.length() - ".data".length())
                : preferredName;
    }

    private static String checksum(Path content) throws IOException {
        MemorySegment bytes = MappedFile.map(content);
        CRC32C crc = new CRC32C();
        for (long from = 0; from < bytes.byteSize(); from += 1 << 28) {
            crc.update(bytes.asSlice(from, Math.min(1 << 28, bytes.byteSize() - from))
                    .asByteBuffer());
        }
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
