package io.sinter.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program that uses the library without the incubating module still works, on plain loops, and prints nothing more. */
class KernelSelectionTest {

    /** What the child runs: names the kernels and what they compute. */
    public static final class Child {
        private Child() {}

        /** Prints one line. */
        public static void main(String[] arguments) {
            double[] norms = Rows.norms(TensorData.of(List.of(1L, 9L), 1, 1, 1, 1, 1, 1, 1, 1, 1));
            System.out.println(Kernels.best().getClass().getSimpleName() + " " + norms[0]);
        }
    }

    @Test
    void best_moduleAbsent_isPlainAndQuiet() throws Exception {
        assertThat(output()).isEqualTo("PlainKernels 3.0\n");
    }

    @Test
    void best_modulePresent_triesVectorsWhereTheMachineIsWide() throws Exception {
        String expected = VectorKernels.isFast() ? "AdaptiveKernels 3.0\n" : "PlainKernels 3.0\n";

        assertThat(output("--add-modules", "jdk.incubator.vector"))
                .isEqualTo("WARNING: Using incubator modules: jdk.incubator.vector\n" + expected);
    }

    private static String output(String... jvmArguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(jvmArguments));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
