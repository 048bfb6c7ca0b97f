package io.sinter.output;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sizes and times of the sources' files. Their weights are read from mappings until the end of a merge: a file that somebody
 * writes into meanwhile would end up in the result in part.
 */
public record SourceStamps(Map<Path, Stamp> stamps) {

    /** What shows that a file was changed or replaced. */
    private record Stamp(
            long bytes, FileTime modified, @Nullable Object file) {}

    /** Stamps of files as they are now; folders have none. */
    public static SourceStamps of(Collection<Path> files) {
        Map<Path, Stamp> stamps = new LinkedHashMap<>();
        files.stream().filter(Files::isRegularFile).forEach(file -> stamps.computeIfAbsent(file, SourceStamps::stamp));
        return new SourceStamps(stamps);
    }

    /**
     * Checks that the files are as they were.
     *
     * @throws MalformedException if one is not
     */
    public void requireUnchanged() {
        stamps.forEach((file, before) -> {
            Stamp now = stamp(file);
            if (!now.equals(before)) {
                throw new MalformedException(
                        "%s: changed while it was merged: it had %,d bytes of %s, and has %,d of %s; nothing was written: merge again"
                                .formatted(file, before.bytes(), before.modified(), now.bytes(), now.modified()));
            }
        });
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.size(), now.lastModifiedTime(), now.fileKey());
        } catch (IOException e) {
            throw new MissingException(file + ": vanished while it was merged: " + e.getMessage(), e);
        }
    }
}
