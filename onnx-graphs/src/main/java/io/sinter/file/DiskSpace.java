package io.sinter.file;

import io.sinter.error.OutputException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/** Room on a disk. */
public final class DiskSpace {

    private static final int OPEN_FOR_WRITING = 1;
    private static final int NO_SPACE = 28;

    private DiskSpace() {}

    /**
     * Takes room for a part of a file now, so that storing to a mapping of it cannot fail later, when a full disk could only
     * end the process (a signal where other programs get an error). The file grows to hold it. Does nothing where the C
     * library has no {@code posix_fallocate}: macOS and Windows.
     *
     * @throws OutputException if the disk lacks that room
     */
    public static void reserve(Path file, long offset, long bytes) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> allocate = linker.defaultLookup().find("posix_fallocate");
        if (allocate.isEmpty() || bytes == 0) {
            return;
        }
        int error = call(linker, allocate.get(), new Part(file, offset, bytes));
        if (error == NO_SPACE) {
            throw new OutputException("%s: %,d bytes are needed, and the disk is full; make room, or write elsewhere"
                    .formatted(file, bytes));
        }
    }

    private record Part(Path file, long offset, long bytes) {}

    @SuppressWarnings("restricted") // the library needs native access anyway
    private static int call(Linker linker, MemorySegment allocate, Part part) {
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MethodHandle reserve = linker.downcallHandle(
                allocate,
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        MethodHandle close = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) open.invokeExact(
                    arena.allocateFrom(part.file().toAbsolutePath().toString()), OPEN_FOR_WRITING);
            if (file < 0) {
                return 0;
            }
            int error = (int) reserve.invokeExact(file, part.offset(), part.bytes());
            int _ = (int) close.invokeExact(file);
            return error;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("posix_fallocate failed", e);
        }
    }
}
