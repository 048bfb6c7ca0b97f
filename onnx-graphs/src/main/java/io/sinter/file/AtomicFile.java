package io.sinter.file;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all: into a temporary file in the same folder, flushed to the disk, then renamed over the
 * target. A file that is mapped while it is replaced keeps its old content for those who mapped it. After a failure, or
 * when the process is interrupted (Ctrl-C), the target is as it was and the temporary file is gone.
 */
public final class AtomicFile {

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything to a channel that stands at position 0. */
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes a file, replacing one that exists. A symbolic link is itself replaced, not the file that it points to.
     *
     * @param target the file
     * @param expectedBytes its size where known, else 0: checked against the free space before anything is written
     * @param content writes the bytes
     * @throws OutputException if the folder is missing or cannot be written, or the disk is full
     */
    public static void write(Path target, long expectedBytes, Content content) {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new OutputException(target + ": the folder " + folder + " does not exist; create it first");
        }
        if (Files.isDirectory(target)) {
            throw new OutputException(target + ": is a folder, expected a file to write");
        }
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try (Unfinished _ = Unfinished.of(temporary)) {
            requireSpace(target, folder, expectedBytes);
            writeAndFlush(temporary, content);
            rename(temporary, target);
            flushFolder(folder);
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + reason(e), e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static void requireSpace(Path target, Path folder, long bytes) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (bytes > free) {
            throw new OutputException("%s: needs %d bytes, but the disk has %d free; free some or write elsewhere"
                    .formatted(target, bytes, free));
        }
    }

    private static void writeAndFlush(Path temporary, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
            channel.force(true);
        }
    }

    private static void rename(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new OutputException(
                    target + ": this file system cannot replace a file in one step; write elsewhere", e);
        }
    }

    /** Makes the rename itself survive a power cut. Not every system lets a folder be opened, and none then needs it. */
    private static void flushFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The file is complete and in place: only its durability is left to the system.
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // What went wrong before is what the user needs to hear of.
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "no such folder";
            case FileAlreadyExistsException exists -> "something else has that name";
            default ->
                "Bad address".equals(e.getMessage())
                        ? "a file that its content comes from was cut short meanwhile"
                        : String.valueOf(e.getMessage());
        };
    }
}
