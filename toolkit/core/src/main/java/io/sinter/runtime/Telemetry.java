package io.sinter.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Keeps ONNX Runtime from reporting on the process that it runs in. On Linux and macOS it does so by default when its
 * environment is made, and searches the command line with regular expressions that recurse once a character: a class path
 * of some 6,000 characters overflows a thread's stack and ends the process without a word (seen with 1.29; see also
 * <a href="https://github.com/vespa-engine/vespa/pull/37786">vespa#37786</a>).
 */
final class Telemetry {

    private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";
    private static final int KEEP_EXISTING = 0;

    private Telemetry() {}

    /**
     * Sets {@code ORT_DISABLE_TELEMETRY=1} in this process, unless the variable has a value. Must run before ONNX Runtime's
     * environment is made. Does nothing where the C library has no {@code setenv}: Windows, where there is no such search.
     */
    @SuppressWarnings("restricted") // native access is needed for ONNX Runtime anyway
    static void disable() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
        if (setenv.isEmpty()) {
            return;
        }
        MethodHandle call = linker.downcallHandle(
                setenv.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int failed = (int) call.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom("1"), KEEP_EXISTING);
            if (failed != 0) {
                throw new IllegalStateException("setenv " + VARIABLE + " failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setenv " + VARIABLE + " failed", e);
        }
    }
}
