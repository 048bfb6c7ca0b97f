package io.sinter.output;

import io.sinter.error.OutputException;
import io.sinter.file.Exchange;
import io.sinter.file.Unfinished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory that appears whole or not at all: files are written to a hidden folder beside the target, which
 * {@link #commit} renames into place after everything is on the disk. Without a commit, {@link #close}, the end of the
 * process by Ctrl-C included, removes it. A folder left by a killed process is removed by the next one with the same
 * target.
 */
public final class StagedDirectory implements AutoCloseable {

    /** Room for tokenizers, configuration and rounding, when disk space is checked. */
    private static final long SLACK_BYTES = 16L << 20;

    private static final String MARK = ".sinter-";

    /** What to do with an output that exists. */
    public enum Existing {
        /** Leave it and fail. */
        REFUSE,
        /** Put the new one in its place. */
        REPLACE
    }

    private final Path target;
    private final Path staging;
    private final Existing existing;
    private final Unfinished unfinished;
    private boolean committed;

    private StagedDirectory(Path target, Path staging, Existing existing) {
        this.target = target;
        this.staging = staging;
        this.existing = existing;
        this.unfinished = Unfinished.of(staging);
    }

    /**
     * Starts writing.
     *
     * @throws OutputException if the target exists and is to be refused, is a file, or cannot be written
     */
    public static StagedDirectory create(Path target, Existing existing) {
        Path absolute = target.toAbsolutePath().normalize();
        check(absolute, existing);
        Path parent = parentOf(absolute);
        try {
            Files.createDirectories(parent);
            removeStale(parent, absolute);
            Path staging = parent.resolve(hidden(absolute, "new"));
            Files.createDirectory(staging);
            return new StagedDirectory(absolute, staging, existing);
        } catch (IOException e) {
            throw cannotWrite(absolute, e);
        }
    }

    /**
     * Checks what {@link #create} would, without writing.
     *
     * @throws OutputException as there
     */
    public static void check(Path target, Existing existing) {
        Path absolute = target.toAbsolutePath().normalize();
        if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isDirectory(absolute)) {
                throw new OutputException(target + ": is a file, but the output is a directory; choose another name");
            }
            if (existing == Existing.REFUSE) {
                throw new OutputException(target + ": exists already; choose another name, or replace it with --force");
            }
        }
        Path ancestor = existingAncestor(absolute);
        if (!Files.isDirectory(ancestor)) {
            throw new OutputException(
                    target + ": cannot be written: " + ancestor + " is a file; choose another folder");
        }
        if (!Files.isWritable(ancestor)) {
            throw new OutputException(target + ": cannot be written: no permission to write in " + ancestor);
        }
    }

    /**
     * Checks that the disk under the target has room.
     *
     * @param weightBytes of the weights; room for tokenizers, configuration and rounding is added
     * @throws OutputException if not, with both sizes
     */
    public static void requireSpace(Path target, long weightBytes) {
        long bytes = weightBytes > Long.MAX_VALUE - SLACK_BYTES ? weightBytes : weightBytes + SLACK_BYTES;
        Path ancestor = existingAncestor(target.toAbsolutePath().normalize());
        try {
            FileStore store = Files.getFileStore(ancestor);
            long free = store.getUsableSpace();
            if (free < bytes) {
                throw new OutputException(
                        "%s: needs %,d bytes, but only %,d are free on %s; make room, or write elsewhere"
                                .formatted(target, bytes, free, store));
            }
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    /** Where to write. */
    public Path path() {
        return staging;
    }

    /**
     * Puts the directory in its place. A directory that was there is removed only after that.
     *
     * @throws OutputException if that fails; what was there before then still is
     */
    public void commit() {
        try {
            force(staging);
            replace();
            committed = true;
            forceDirectory(parentOf(target));
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    private void replace() throws IOException {
        if (!Files.exists(target)) {
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        } else if (existing == Existing.REFUSE) {
            throw new OutputException(
                    target + ": was made by somebody else meanwhile; choose another name, or replace it with --force");
        } else if (Exchange.names(staging, target)) {
            Unfinished.deleteTree(staging);
        } else {
            replaceInTwoSteps();
        }
    }

    /** Where names cannot be exchanged; if the process is killed in between, the next one puts the old output back. */
    private void replaceInTwoSteps() throws IOException {
        Path old = parentOf(target).resolve(hidden(target, "old"));
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        Unfinished.deleteTree(old);
    }

    @Override
    public void close() {
        if (!committed) {
            Unfinished.deleteTree(staging);
        }
        unfinished.close();
    }

    private static OutputException cannotWrite(Path target, IOException e) {
        String why = switch (e) {
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case NoSuchFileException missing -> missing.getFile() + " is not there";
            case AtomicMoveNotSupportedException moved -> "the file system cannot rename in one step";
            default -> String.valueOf(e.getMessage());
        };
        return new OutputException(target + ": cannot be written: " + why, e);
    }

    private static String hidden(Path target, String kind) {
        return "." + target.getFileName() + MARK + kind + "-"
                + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
    }

    private static void removeStale(Path parent, Path target) throws IOException {
        for (Path old : stale(parent, "." + target.getFileName() + MARK + "old-")) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                Unfinished.deleteTree(old);
            } else {
                Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        stale(parent, "." + target.getFileName() + MARK + "new-").forEach(Unfinished::deleteTree);
    }

    /** What processes that have ended left. */
    private static List<Path> stale(Path parent, String prefix) throws IOException {
        try (Stream<Path> siblings = Files.list(parent)) {
            return siblings.filter(p -> p.getFileName().toString().startsWith(prefix))
                    .filter(p -> !isAlive(p.getFileName().toString().substring(prefix.length())))
                    .toList();
        }
    }

    private static boolean isAlive(String pidAndNonce) {
        String pid = pidAndNonce.replaceFirst("-.*", "");
        Optional<ProcessHandle> process =
                pid.matches("\\d{1,18}") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
        return process.map(ProcessHandle::isAlive).orElse(false);
    }

    private static Path parentOf(Path absolute) {
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new OutputException(absolute + ": cannot be replaced: it is the root of the file system");
        }
        return parent;
    }

    private static Path existingAncestor(Path absolute) {
        Path ancestor = parentOf(absolute);
        while (!Files.exists(ancestor)) {
            ancestor = parentOf(ancestor);
        }
        return ancestor;
    }

    private static void force(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                forceDirectory(path);
            }
        }
    }

    /** Flushes a file or a directory to the disk. */
    private static void forceDirectory(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The files of a directory with their sizes, by their paths in it. */
    public static Map<String, Long> files(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            Map<String, Long> files = new TreeMap<>();
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                files.put(directory.relativize(file).toString(), Files.size(file));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
