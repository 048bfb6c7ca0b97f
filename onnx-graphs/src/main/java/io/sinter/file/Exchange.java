package io.sinter.file;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Two files or folders that take each other's names in one step, so that at no moment a name is missing: Linux's
 * {@code renameat2} with {@code RENAME_EXCHANGE}, macOS's {@code renamex_np} with {@code RENAME_SWAP}.
 */
public final class Exchange {

    private static final int CURRENT_FOLDER = -100;
    private static final int EXCHANGE = 2;

    private Exchange() {}

    /** Exchanges two names of one file system; false where the system or the file system cannot, or one is not there. */
    public static boolean names(Path one, Path other) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocateFrom(one.toAbsolutePath().toString());
            MemorySegment b = arena.allocateFrom(other.toAbsolutePath().toString());
            return linux(a, b) || mac(a, b);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("exchanging " + one + " and " + other + " failed", e);
        }
    }

    @SuppressWarnings("restricted") // the library needs native access anyway
    private static boolean linux(MemorySegment a, MemorySegment b) throws Throwable {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> rename = linker.defaultLookup().find("renameat2");
        return rename.isPresent()
                && (int) linker.downcallHandle(
                                        rename.get(),
                                        FunctionDescriptor.of(
                                                ValueLayout.JAVA_INT,
                                                ValueLayout.JAVA_INT,
                                                ValueLayout.ADDRESS,
                                                ValueLayout.JAVA_INT,
                                                ValueLayout.ADDRESS,
                                                ValueLayout.JAVA_INT))
                                .invokeExact(CURRENT_FOLDER, a, CURRENT_FOLDER, b, EXCHANGE)
                        == 0;
    }

    @SuppressWarnings("restricted") // the library needs native access anyway
    private static boolean mac(MemorySegment a, MemorySegment b) throws Throwable {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> rename = linker.defaultLookup().find("renamex_np");
        return rename.isPresent()
                && (int) linker.downcallHandle(
                                        rename.get(),
                                        FunctionDescriptor.of(
                                                ValueLayout.JAVA_INT,
                                                ValueLayout.ADDRESS,
                                                ValueLayout.ADDRESS,
                                                ValueLayout.JAVA_INT))
                                .invokeExact(a, b, EXCHANGE)
                        == 0;
    }
}
