package io.sinter.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The bytes of files. */
final class DiskUsage {

    private DiskUsage() {}

    /** Those of a file, or of all in a folder, where a file under two names counts once; what vanishes meanwhile counts 0. */
    static long of(Path root) throws IOException {
        Set<Object> seen = new HashSet<>();
        long bytes = 0;
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                bytes += size(path, seen);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return bytes;
    }

    private static long size(Path path, Set<Object> seen) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean counts =
                    attributes.isRegularFile() && (attributes.fileKey() == null || seen.add(attributes.fileKey()));
            return counts ? attributes.size() : 0;
        } catch (IOException gone) {
            return 0;
        }
    }
}
