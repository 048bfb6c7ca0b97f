package io.sinter.merge;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.Device;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.EmbeddingTableFinder;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A folder with models, recipes and what is merged of them. */
record MergeFolder(Path folder) {

    static final Path TOKENIZER = Path.of("src/test/resources/tokenizer/bert_base/tokenizer.json");

    static final Runtime RUNTIME = new OrtRuntime();

    static final SessionOptions ONE_THREAD = new SessionOptions(Device.CPU, 1);

    private static final int BATCH = 3;
    private static final int LENGTH = 7;
    private static final int PADDING = 3;

    /** Writes a model with the small BERT tokenizer beside it. */
    Path model(String name, Model model) {
        Path directory = directory(name);
        OnnxWriter.write(model, directory.resolve("model.onnx"), WriteOptions.DEFAULT);
        tokenizer(directory, TOKENIZER);
        return directory;
    }

    Path directory(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void tokenizer(Path directory, Path tokenizer) {
        try {
            Files.copy(tokenizer, directory.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the tokens of the small BERT tokenizer other ids. */
    static void renumberTokens(Path directory, IntUnaryOperator newId) throws IOException {
        JsonMapper json = new JsonMapper();
        ObjectNode tokenizer = (ObjectNode) json.readTree(Files.readString(TOKENIZER));
        ObjectNode vocabulary = (ObjectNode) tokenizer.path("model").path("vocab");
        for (String token : List.copyOf(vocabulary.propertyNames())) {
            vocabulary.put(token, newId.applyAsInt(vocabulary.path(token).intValue()));
        }
        Files.writeString(directory.resolve("tokenizer.json"), json.writeValueAsString(tokenizer));
    }

    /** A recipe in this folder. */
    Recipe recipe(String text) {
        return RecipeReader.parse(folder.resolve("recipe.yaml"), text);
    }

    MergePlan plan(String recipe) {
        return MergePlanner.plan(recipe(recipe));
    }

    /** Merges into the folder {@code out}, in place of what is there. */
    Path merge(String recipe, String out) {
        merger().merge(plan(recipe), folder.resolve(out), Existing.REPLACE);
        return folder.resolve(out);
    }

    static Merger merger() {
        return new Merger(RUNTIME, ONE_THREAD, Progress.NONE);
    }

    static List<OutputVerification.Check> verify(Path directory) {
        return new OutputVerification(RUNTIME, ONE_THREAD).run(directory);
    }

    /** Every output of a model, as float32, for random tokens with padding in the last row. */
    static Outputs run(Path file) {
        return run(file, ids(TinyModels.ROWS));
    }

    /** Every output of a model in memory. */
    static Outputs run(Model model) {
        try (Session session = RUNTIME.open(model, ONE_THREAD)) {
            return outputs(session, ids(TinyModels.ROWS));
        }
    }

    /** Every output of a file for the given tokens. */
    static Outputs run(Path file, long[] ids) {
        try (Session session = RUNTIME.open(file, ONE_THREAD)) {
            return outputs(session, ids);
        }
    }

    private static Outputs outputs(Session session, long[] ids) {
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        session.inputs()
                .forEach(port -> inputs.put(
                        port.name(), input(port.name(), ids, port.type().dtype())));
        List<String> names = session.outputs().stream().map(p -> p.name()).toList();
        Map<String, float[]> outputs = new LinkedHashMap<>();
        session.run(inputs, names).forEach((name, value) -> outputs.put(name, floats(value)));
        return new Outputs(outputs);
    }

    private static TensorData input(String name, long[] ids, DType dtype) {
        long[] values = new long[BATCH * LENGTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (name) {
                case "input_ids" -> ids[i];
                case "attention_mask" -> i < values.length - PADDING ? 1 : 0;
                case "token_type_ids" -> i % 2;
                default -> throw new IllegalArgumentException(name);
            };
        }
        TensorData tensor = TensorData.of(List.of((long) BATCH, (long) LENGTH), values);
        return dtype == DType.INT64 ? tensor : Conversion.convert(tensor, dtype);
    }

    /** Random tokens that are neither special nor padding, and padding (0) at the end of the last row. */
    static long[] ids(long rows) {
        SplittableRandom random = new SplittableRandom(17);
        long[] ids = new long[BATCH * LENGTH];
        for (int i = 0; i < ids.length - PADDING; i++) {
            ids[i] = random.nextLong(5, rows);
        }
        return ids;
    }

    /** Mask of {@link #ids}. */
    static TensorData mask() {
        return input("attention_mask", new long[BATCH * LENGTH], DType.INT64);
    }

    /** The embedding table of a written graph. */
    static EmbeddingTable table(Path file) {
        return EmbeddingTableFinder.find(file.toString(), OnnxReader.read(file).graph());
    }

    /** Types of a written graph's outputs. */
    static List<DType> outputTypes(Path file) {
        return OnnxReader.read(file).graph().outputs().stream()
                .map(output ->
                        Objects.requireNonNull(output.type(), output.name()).dtype())
                .toList();
    }

    static float[] floats(TensorData data) {
        return Conversion.convert(data, DType.FLOAT).toFloatArray();
    }

    /** Largest difference between two arrays of one length, in parts of the second's largest number. */
    static double difference(float[] got, float[] expected) {
        if (got.length != expected.length) {
            throw new AssertionError("%d numbers, expected %d".formatted(got.length, expected.length));
        }
        double largest = 1e-30;
        double worst = 0;
        for (int i = 0; i < got.length; i++) {
            double gap = Math.abs((double) got[i] - expected[i]);
            worst = Double.isNaN(gap) ? Double.POSITIVE_INFINITY : Math.max(worst, gap);
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        return worst / largest;
    }
}
