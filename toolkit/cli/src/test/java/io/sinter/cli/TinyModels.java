package io.sinter.cli;

import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Text encoders of a few numbers, with a tokenizer that has a word for each number. */
final class TinyModels {

    /** Words that the tokenizer knows, after its special tokens. */
    static final List<String> WORDS =
            List.of("a", "cat", "dog", "sits", "runs", "the", "king", "queen", "reads", "book", "sea", "ship");

    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");
    private static final int ROWS = SPECIAL.size() + WORDS.size();
    private static final long SEED = 20_261_123;

    private TinyModels() {}

    /** Writes a directory with {@code model.onnx} and {@code tokenizer.json}: tanh(E[ids] W). */
    static Path encoder(Path folder, String name, long width) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        Graph graph = new Graph(name);
        Ops ops = new Ops(graph, 17);
        TensorType ids = new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence")));
        Value input = graph.addInput("input_ids", ids);
        graph.addInput("attention_mask", ids);
        Random random = new Random(SEED + name.hashCode());
        Value table = ops.constant("embeddings.weight", random(random, ROWS, width));
        Value weight = ops.constant("encoder.weight", random(random, width, width));
        Value hidden = ops.tanh(ops.matMul(ops.gather(table, input, 0), weight));
        graph.rename(hidden, "last_hidden_state");
        graph.addOutput(hidden);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        OnnxWriter.write(model, directory.resolve("model.onnx"), WriteOptions.DEFAULT);
        Files.writeString(directory.resolve("tokenizer.json"), tokenizer(WORDS));
        return directory;
    }

    /** Random numbers of the standard normal distribution. */
    static TensorData random(Random random, long rows, long width) {
        float[] values = new float[Math.toIntExact(rows * width)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(List.of(rows, width), values);
    }

    /** A tokenizer.json with a token for each word, between [CLS] and [SEP]. */
    static String tokenizer(List<String> words) {
        List<String> tokens = Stream.concat(SPECIAL.stream(), words.stream()).toList();
        String vocabulary = IntStream.range(0, tokens.size())
                .mapToObj(i -> "\"%s\": %d".formatted(tokens.get(i), i))
                .collect(Collectors.joining(", "));
        String added = IntStream.range(0, SPECIAL.size())
                .mapToObj(i -> """
                        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
                         "normalized": false, "special": true}""".formatted(i, SPECIAL.get(i)))
                .collect(Collectors.joining(", "));
        return """
                {"version": "1.0", "truncation": null, "padding": null,
                 "added_tokens": [%s],
                 "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
                 "post_processor": {"type": "TemplateProcessing",
                   "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                              {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                   "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                   "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                                      "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
                 "decoder": null,
                 "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "[UNK]"}}
                """.formatted(added, vocabulary);
    }
}
