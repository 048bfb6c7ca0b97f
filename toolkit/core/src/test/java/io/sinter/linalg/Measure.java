package io.sinter.linalg;

import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times the parts that handle whole tables: writing a 1 GB safetensors file beside {@code cp}, PCA of 30522 x 768, and row
 * kernels and conversions cold and warm. Run it by hand with the test class path; its argument is a folder to write in.
 */
public final class Measure {

    private Measure() {}

    /** Prints a line for each measurement. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Path.of(arguments[0]), "measure");
        TensorData table = random(30522, 768);
        for (int round = 1; round <= 5; round++) {
            String which = "round " + round + ": ";
            time(which + "row norms of 30522 x 768", () -> Rows.norms(table));
            time(which + "float32 to float16", () -> Conversion.convert(table, DType.FLOAT16));
            time(which + "range", () -> Rows.range(table));
        }
        time("PCA of 30522 x 768, 384 components", () -> Pca.fit(List.of(table), 384, PcaOptions.PCA));
        writing(folder);
        Files.delete(folder);
    }

    private static void writing(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("source");
        Path copy = folder.resolve("copy");
        TensorData large = TensorData.allocate(DType.FLOAT, List.of(1L << 28));
        time("write 1 GB from memory, with fsync", () -> SafetensorsWriter.write(source, Map.of("t", large), Map.of()));
        for (int round = 1; round <= 3; round++) {
            time("write 1 GB from a mapped file, with fsync", () -> {
                TensorData mapped = SafetensorsFile.open(source).tensor("t");
                SafetensorsWriter.write(copy, Map.of("t", mapped), Map.of());
            });
            Files.delete(copy);
            run("cp", "cp", source.toString(), copy.toString());
            Files.delete(copy);
            run("cp and fsync", "sh", "-c", "cp '" + source + "' '" + copy + "' && sync '" + copy + "'");
            Files.delete(copy);
        }
        Files.delete(source);
    }

    private static void run(String what, String... command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        System.out.printf("%s: %.0f ms (status %d)%n", what, (System.nanoTime() - start) / 1e6, status);
    }

    private static void time(String what, Runnable work) {
        long start = System.nanoTime();
        work.run();
        System.out.printf("%s: %.0f ms%n", what, (System.nanoTime() - start) / 1e6);
    }

    private static TensorData random(int rows, int width) {
        Random random = new Random(768);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return TensorData.of(List.of((long) rows, (long) width), values);
    }
}
