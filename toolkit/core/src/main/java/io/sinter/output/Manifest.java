package io.sinter.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.error.MalformedException;
import io.sinter.quality.QualityReport;
import io.sinter.source.InputSet;
import io.sinter.source.ModelSource;
import io.sinter.source.OtherTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code sinter.json} says: where an output directory came from and how to use it.
 *
 * @param sinter version that wrote it
 * @param recipe the recipe's text, or null where it was made without one
 * @param recipeFile where the recipe was, from which its relative paths start, or null
 * @param sources the models, in the recipe's order
 * @param result what was made
 * @param optimization what was done to the graph to make it fit a target, or null
 * @param tokenizers besides {@code tokenizer.json}, for whose tokens the graph has inputs
 * @param inputSets how texts are read by a graph of several encoders, the first set first; none for a graph of one
 * @param versions of what was used: java, onnxruntime, opset
 * @param milliseconds wall time of each step
 * @param notes what the merge printed for people to know
 * @param training how the result was trained after it was merged, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Manifest(
        String sinter,
        @Nullable String recipe,
        @JsonProperty("recipe_file") @Nullable String recipeFile,
        List<Source> sources,
        Result result,
        @Nullable Optimization optimization,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<OtherTokenizer> tokenizers,

        @JsonProperty("input_sets") @JsonInclude(JsonInclude.Include.NON_EMPTY)
        List<InputSet> inputSets,

        Map<String, String> versions,
        Map<String, Long> milliseconds,
        List<String> notes,
        @Nullable Training training) {

    /** Its name in an output directory. */
    public static final String FILE_NAME = OtherTokenizer.LISTED_IN;

    /** A manifest that was written before there were other tokenizers or sets of inputs has none. */
    public Manifest {
        tokenizers = tokenizers == null ? List.of() : List.copyOf(tokenizers);
        inputSets = inputSets == null ? List.of() : List.copyOf(inputSets);
    }

    /** Of a model that was not trained. */
    public Manifest(
            String sinter,
            @Nullable String recipe,
            @Nullable String recipeFile,
            List<Source> sources,
            Result result,
            @Nullable Optimization optimization,
            List<OtherTokenizer> tokenizers,
            List<InputSet> inputSets,
            Map<String, String> versions,
            Map<String, Long> milliseconds,
            List<String> notes) {
        this(
                sinter,
                recipe,
                recipeFile,
                sources,
                result,
                optimization,
                tokenizers,
                inputSets,
                versions,
                milliseconds,
                notes,
                null);
    }

    /** The versions of Java and of the operators that are emitted. */
    public static Map<String, String> versionsUsed(long opset) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("java", Runtime.version().toString());
        versions.put("emitted_opset", String.valueOf(opset));
        return versions;
    }

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * One model that went in.
     *
     * @param name in the recipe
     * @param location its folder or file
     * @param files in a fixed order
     */
    public record Source(String name, String location, List<SourceFile> files) {

        /** A model under the name of its folder or file. */
        public static Source of(ModelSource model) {
            return of(String.valueOf(model.path().getFileName()), model.path(), model.files());
        }

        /** A model with the digests of its files, those that are not there left out. */
        public static Source of(String name, Path location, List<Path> files) {
            Path absolute = location.toAbsolutePath().normalize();
            Path folder = folder(absolute);
            List<SourceFile> digests = files.parallelStream()
                    .filter(Files::isRegularFile)
                    .map(file -> SourceFile.of(folder, file))
                    .toList();
            return new Source(name, absolute.toString(), digests);
        }

        /** Where the files' paths start: the folder of a model, or the one that a bare file is in. */
        public static Path folder(Path location) {
            Path parent = location.getParent();
            return Files.isDirectory(location) || parent == null ? location : parent;
        }
    }

    /**
     * One file of a model that went in.
     *
     * @param file relative to the model's folder, or to the folder that a bare file is in
     * @param bytes its size
     * @param sha256 its digest, in hexadecimal
     */
    public record SourceFile(String file, long bytes, String sha256) {

        private static SourceFile of(Path folder, Path file) {
            String name = folder.relativize(file.toAbsolutePath().normalize()).toString();
            try {
                return new SourceFile(name, Files.size(file), Sha256.of(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * What was made.
     *
     * @param kind {@code encoder} or {@code static-embedding}
     * @param rows of the embedding table; 0 where there is none
     * @param width of the embedding table
     * @param dtype of the merged table; where nothing was merged, of the weights
     * @param mode {@code bake} or {@code live}; {@code weights} where whole checkpoints were merged, {@code sentence} or
     *     {@code token} where encoders stand side by side, {@code none} where nothing was
     * @param pooling that makes a sentence vector, or null where unknown
     * @param pooled whether the graph does it
     * @param normalize whether a sentence vector has length 1
     * @param prompt text before each sentence
     * @param wordVectors the merged table as word vectors, or null where none were asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Result(
            String kind,
            long rows,
            long width,
            String dtype,
            String mode,
            @Nullable String pooling,
            boolean pooled,
            boolean normalize,
            @Nullable String prompt,
            @JsonProperty("word_vectors") @Nullable WordVectorsFile wordVectors) {}

    /**
     * The merged table as word vectors.
     *
     * @param file beside the graph
     * @param format of it
     * @param words in it
     * @param leftOut how many tokens are not: special, unused, bytes, read as a word that is there, or with white space
     */
    public record WordVectorsFile(
            String file,
            String format,
            int words,
            @JsonProperty("left_out") int leftOut) {}

    /**
     * What was done to a graph to make it fit a target.
     *
     * @param target {@code portable}, {@code cpu} or {@code cuda}
     * @param dtype {@code float32}, {@code float16}, {@code bfloat16} or {@code int8}
     * @param embedding {@code int8} or {@code int4} rows of the embedding table, or null for the dtype
     * @param skip what was left in float32, by name
     * @param fused how many of each structure, as {@code 12 of 12 attentions}
     * @param quality the outputs beside the full model's, or null where they were not compared
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Optimization(
            String target,
            String dtype,
            @Nullable String embedding,
            List<String> skip,
            List<String> fused,
            @Nullable QualityReport quality) {}

    /**
     * How a model was trained.
     *
     * @param objective what it learned
     * @param data the files that it learned from, and those that it was measured on
     * @param steps that were taken
     * @param stoppedEarly whether it ended because held-out data got no better
     * @param trained numbers that were trained
     * @param parameters numbers of all weights
     * @param settings optimizer, schedule, batches, and what else makes the same model again
     * @param loss of the first steps and of the last, each the mean of a tenth of all
     * @param dev what was measured on held-out data, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Training(
            String objective,
            Source data,
            long steps,
            @JsonProperty("stopped_early") boolean stoppedEarly,
            long trained,
            long parameters,
            String settings,
            Loss loss,
            @Nullable Dev dev) {}

    /** Losses before and after a training. */
    public record Loss(double first, double last) {}

    /**
     * A number on held-out data.
     *
     * @param before the training
     * @param after it, of the weights that were kept
     * @param step whose weights these are
     */
    public record Dev(String metric, double before, double after, long step) {}

    /** The manifest as JSON. */
    public String toJson() {
        return MAPPER.writeValueAsString(this) + "\n";
    }

    /**
     * Reads the manifest of a directory, if it has one.
     *
     * @throws MalformedException if it has one that is none
     */
    public static Optional<Manifest> find(Path directory) {
        Path file = directory.resolve(FILE_NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readValue(Files.readString(file), Manifest.class));
        } catch (IOException | JacksonException e) {
            throw new MalformedException(file + ": is no manifest of Sinter: " + e.getMessage(), e);
        }
    }
}
