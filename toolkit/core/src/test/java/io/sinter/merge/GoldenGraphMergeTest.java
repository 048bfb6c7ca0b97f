package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.floats;
import static io.sinter.merge.MergeFolder.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real exports, served as they come out of ONNX Runtime: a second table holds the body's rows under other ids, and the
 * merge takes it alone (weights 0 and 1). So the merged model must say of tokens what the body says of the other ids.
 */
class GoldenGraphMergeTest {

    private static final Path GOLDEN = Path.of("../../onnx-graphs/src/test/resources/io/sinter/onnx/io");
    private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizer");

    /** Special tokens come first in all three and keep their places: position ids can depend on padding. */
    private static final int SPECIAL = 5;

    @TempDir
    Path temp;

    static Stream<Arguments> exports() {
        return Stream.of("bert_base", "roberta_base", "albert_base")
                .flatMap(family -> Stream.of(
                                "model",
                                "model_dynamo",
                                "model_external",
                                "model_fp16",
                                "model_int8",
                                "model_ort_extended",
                                "model_ort_fused")
                        .flatMap(
                                variant -> Stream.of("bake", "live").map(mode -> Arguments.of(family, variant, mode))));
    }

    @ParameterizedTest
    @MethodSource("exports")
    void mergedExport_seesTheRowsUnderTheOtherIds(String family, String variant, String mode) throws IOException {
        Path body = body(family, variant);
        TensorData table = MergeFolder.table(body).data();
        int[] reversed = reversed((int) table.dim(0));
        long[] order = Arrays.stream(reversed).asLongStream().toArray();
        SafetensorsWriter.write(temp.resolve("t.safetensors"), Map.of("t", Rows.gather(table, order)), Map.of());

        Path merged = new MergeFolder(temp).merge("""
                        models: [{name: a, model: body}, {name: t, model: t.safetensors}]
                        body: a
                        combine: {method: weighted-sum, weights: [0, 1]}
                        mode: %s
                        """.formatted(mode), "out").resolve("model.onnx");

        long[] ids = MergeFolder.ids(table.dim(0));
        long[] others = Arrays.stream(ids).map(id -> reversed[(int) id]).toArray();
        Outputs got = run(merged, ids);
        Outputs expected = run(body, others);
        assertThat(got.names()).containsExactlyElementsOf(expected.names());
        double tolerance = tolerance(variant);
        for (String name : expected.names()) {
            float[] wanted = isLogits(name, expected.get(name).length, ids.length, reversed.length)
                    ? permuted(expected.get(name), reversed)
                    : expected.get(name);
            assertThat(difference(got.get(name), wanted)).as(name).isLessThanOrEqualTo(tolerance);
        }
        if (mode.equals("bake")) {
            assertThat(difference(floats(MergeFolder.table(merged).data()), floats(Rows.gather(table, order))))
                    .isZero();
        }
    }

    private Path body(String family, String variant) throws IOException {
        Path directory = Files.createDirectory(temp.resolve("body"));
        Files.copy(TOKENIZERS.resolve(family).resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
        Files.copy(GOLDEN.resolve(family).resolve(variant + ".onnx"), directory.resolve("model.onnx"));
        Path data = GOLDEN.resolve(family).resolve(variant + ".onnx.data");
        if (Files.exists(data)) {
            Files.copy(data, directory.resolve(data.getFileName()));
        }
        return directory.resolve("model.onnx");
    }

    private static int[] reversed(int rows) {
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i < SPECIAL ? i : rows - 1 - (i - SPECIAL);
        }
        return order;
    }

    /** The graph is the same but for the rows; only float16 may be added up in another order. */
    private static double tolerance(String variant) {
        return switch (variant) {
            case "model_fp16" -> 2e-3;
            default -> 1e-6;
        };
    }

    private static boolean isLogits(String name, int length, int tokens, int rows) {
        return name.equals("logits") && length == tokens * rows;
    }

    private static float[] permuted(float[] logits, int[] order) {
        float[] result = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            int token = i % order.length;
            result[i] = logits[i - token + order[token]];
        }
        return result;
    }
}
