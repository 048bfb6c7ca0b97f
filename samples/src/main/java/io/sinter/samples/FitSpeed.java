package io.sinter.samples;

import com.sun.management.OperatingSystemMXBean;
import io.sinter.linalg.Gcca;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.OrthogonalMatchingPursuit;
import io.sinter.linalg.SparseRows;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Times the large fits: orthogonal matching pursuit, and GCCA of three tables of 30522 rows. Tables are random, with a common
 * mean and columns of falling variance. Arguments: missing tokens, shared tokens, width, k (20000 20000 384 64).
 */
public final class FitSpeed {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private FitSpeed() {}

    /** Prints a line for each fit. */
    public static void main(String[] arguments) throws IOException {
        int missing = argument(arguments, 0, 20_000);
        int shared = argument(arguments, 1, 20_000);
        int width = argument(arguments, 2, 384);
        int k = argument(arguments, 3, 64);
        pursuit(missing, shared, width, k);
        List<Matrix> tables = List.of(table(30_522, width, 1), table(30_522, width, 2), table(30_522, width, 3));
        time("gcca of three 30522 x " + width + " tables, k = " + width, () -> Gcca.fit(tables, width, 0));
        System.out.printf("  peak memory of the process: %s%n", peak());
    }

    private static void pursuit(int missing, int shared, int width, int k) throws IOException {
        Matrix points = table(shared, width, 4);
        Matrix targets = table(missing, width, 5);
        String name = "omp with k = %d for %d missing tokens over %d shared ones at width %d"
                .formatted(k, missing, shared, width);
        SparseRows found = time(name, () -> OrthogonalMatchingPursuit.fit(points, targets, k));
        System.out.printf("  peak memory of the process: %s%n", peak());
        System.out.printf("  relative residual %.4f%n", residual(targets, found.times(points)));
    }

    private static int argument(String[] arguments, int index, int usual) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : usual;
    }

    private static <T> T time(String what, Supplier<T> work) {
        long start = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        T result = work.get();
        System.out.printf(
                "%s: %.1f s (%.1f s of processor time, load %.1f on %d processors)%n",
                what,
                (System.nanoTime() - start) / 1e9,
                (SYSTEM.getProcessCpuTime() - cpu) / 1e9,
                SYSTEM.getSystemLoadAverage(),
                SYSTEM.getAvailableProcessors());
        return result;
    }

    private static Matrix table(int rows, int width, long seed) {
        Random random = new Random(seed);
        Matrix table = Matrix.allocate(rows, width);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < width; i++) {
                double deviation = 1 / Math.sqrt(1 + 0.02 * i);
                table.set(row, i, deviation * (random.nextGaussian() + 0.3 * Math.cos(i)));
            }
        }
        return table;
    }

    private static double residual(Matrix targets, Matrix approximation) {
        double left = 0;
        double all = 0;
        for (int row = 0; row < targets.rows(); row++) {
            for (int i = 0; i < targets.columns(); i++) {
                double difference = targets.get(row, i) - approximation.get(row, i);
                left += difference * difference;
                all += targets.get(row, i) * targets.get(row, i);
            }
        }
        return Math.sqrt(left / all);
    }

    /** Linux counts it; elsewhere this says so. */
    private static String peak() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return "unknown here";
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.substring(6).strip())
                .findFirst()
                .orElse("unknown here");
    }
}
