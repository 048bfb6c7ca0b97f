package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** The tiny models of several exporters; see the README beside them in {@code io/}. */
public final class GoldenExports {

    /** The families, each in every variant. */
    public static final List<String> FAMILIES = List.of("bert_base", "roberta_base", "albert_base");

    private GoldenExports() {}

    /** A file: the variant is its name without {@code .onnx}. */
    public static Path file(String family, String variant) {
        String name = "/io/sinter/onnx/io/" + family + "/" + variant + ".onnx";
        return Path.of(Objects.requireNonNull(GoldenExports.class.getResource(name), name)
                .getPath());
    }

    /** Two texts of nine tokens, the second with three of padding. */
    public static Map<String, TensorData> inputs(Model model) {
        Random random = new Random(7);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Value input : model.graph().inputs()) {
            long[] values = new long[18];
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (input.name()) {
                    case "input_ids" -> 3 + random.nextInt(40);
                    case "attention_mask" -> i < values.length - 3 ? 1 : 0;
                    default -> 0;
                };
            }
            boolean isInt = Objects.requireNonNull(input.type()).dtype() == DType.INT32;
            inputs.put(
                    input.name(),
                    isInt
                            ? new SmallTensor(DType.INT32, List.of(2L, 9L), values).toData()
                            : TensorData.of(List.of(2L, 9L), values));
        }
        return inputs;
    }
}
