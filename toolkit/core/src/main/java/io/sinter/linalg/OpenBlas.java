package io.sinter.linalg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sinter.error.UnsupportedException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.jspecify.annotations.Nullable;

/**
 * The functions of OpenBLAS that are called, bound once, when the first is needed. JavaCPP unpacks and loads the library
 * (kept in its cache folder); the calls themselves go straight to it.
 *
 * <p>The number of threads and the processor's kernels are OpenBLAS's own choice ({@code OPENBLAS_NUM_THREADS} and
 * {@code OPENBLAS_CORETYPE} in the environment are obeyed).
 */
final class OpenBlas {

    private static final MemoryLayout INT = JAVA_INT;
    private static final MemoryLayout CHAR = JAVA_BYTE;
    private static final MemoryLayout FLOAT = JAVA_FLOAT;
    private static final MemoryLayout DOUBLE = JAVA_DOUBLE;
    private static final MemoryLayout ARRAY = ADDRESS;

    /** {@code cblas_dgemm(layout, transA, transB, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc)}. */
    final MethodHandle dgemm;

    /** {@code cblas_sgemm}: as dgemm, in float. */
    final MethodHandle sgemm;

    /** {@code cblas_dsyrk(layout, uplo, trans, n, k, alpha, A, lda, beta, C, ldc)}. */
    final MethodHandle dsyrk;

    /** {@code LAPACKE_dsyevr(layout, jobz, range, uplo, n, A, lda, vl, vu, il, iu, abstol, m, w, Z, ldz, isuppz)}. */
    final MethodHandle dsyevr;

    /** {@code LAPACKE_dgesdd(layout, jobz, m, n, A, lda, s, U, ldu, VT, ldvt)}. */
    final MethodHandle dgesdd;

    /** {@code LAPACKE_dgetrf(layout, m, n, A, lda, ipiv)}. */
    final MethodHandle dgetrf;

    /** {@code LAPACKE_dpotrf(layout, uplo, n, A, lda)}. */
    final MethodHandle dpotrf;

    /** {@code LAPACKE_dpotrs(layout, uplo, n, nrhs, A, lda, B, ldb)}. */
    final MethodHandle dpotrs;

    private OpenBlas() {
        Loader.load(openblas_nolapack.class);
        SymbolLookup library = SymbolLookup.loaderLookup();
        dgemm = bind(
                library,
                "cblas_dgemm",
                FunctionDescriptor.ofVoid(
                        INT, INT, INT, INT, INT, INT, DOUBLE, ARRAY, INT, ARRAY, INT, DOUBLE, ARRAY, INT));
        sgemm = bind(
                library,
                "cblas_sgemm",
                FunctionDescriptor.ofVoid(
                        INT, INT, INT, INT, INT, INT, FLOAT, ARRAY, INT, ARRAY, INT, FLOAT, ARRAY, INT));
        dsyrk = bind(
                library,
                "cblas_dsyrk",
                FunctionDescriptor.ofVoid(INT, INT, INT, INT, INT, DOUBLE, ARRAY, INT, DOUBLE, ARRAY, INT));
        dsyevr = bind(
                library,
                "LAPACKE_dsyevr",
                FunctionDescriptor.of(
                        INT, INT, CHAR, CHAR, CHAR, INT, ARRAY, INT, DOUBLE, DOUBLE, INT, INT, DOUBLE, ARRAY, ARRAY,
                        ARRAY, INT, ARRAY));
        dgesdd = bind(
                library,
                "LAPACKE_dgesdd",
                FunctionDescriptor.of(INT, INT, CHAR, INT, INT, ARRAY, INT, ARRAY, ARRAY, INT, ARRAY, INT));
        dgetrf = bind(library, "LAPACKE_dgetrf", FunctionDescriptor.of(INT, INT, INT, INT, ARRAY, INT, ARRAY));
        dpotrf = bind(library, "LAPACKE_dpotrf", FunctionDescriptor.of(INT, INT, CHAR, INT, ARRAY, INT));
        dpotrs = bind(
                library, "LAPACKE_dpotrs", FunctionDescriptor.of(INT, INT, CHAR, INT, INT, ARRAY, INT, ARRAY, INT));
    }

    /** Loads on first use and remembers how that went. */
    private static final class Holder {
        static final @Nullable OpenBlas LIBRARY;
        static final @Nullable Throwable FAILURE;

        static {
            OpenBlas library = null;
            Throwable failure = null;
            try {
                library = new OpenBlas();
            } catch (LinkageError | RuntimeException e) {
                failure = e;
            }
            LIBRARY = library;
            FAILURE = failure;
        }

        private Holder() {}
    }

    /**
     * The library.
     *
     * @throws UnsupportedException if there is none for this platform
     */
    static OpenBlas get() {
        OpenBlas library = Holder.LIBRARY;
        if (library == null) {
            throw new UnsupportedException(
                    "OpenBLAS cannot be loaded on " + Loader.getPlatform()
                            + "; add org.bytedeco:openblas with the classifier of your platform to the class path",
                    Holder.FAILURE);
        }
        return library;
    }

    // Calling native code is what this class is for.
    @SuppressWarnings("restricted")
    private static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /** What a native call threw: nothing that is declared, so a bug. */
    static AssertionError unexpected(Throwable thrown) {
        return new AssertionError("native call failed", thrown);
    }
}
