package io.sinter.fuzz;

import io.sinter.mergekit.MergekitFuzz;
import io.sinter.onnx.io.OnnxFuzz;
import io.sinter.recipe.RecipeFuzz;
import io.sinter.safetensors.SafetensorsFuzz;
import io.sinter.tokenizer.TokenizerFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The readers that are fuzzed, each with its corpus and its dictionary among the resources. */
enum FuzzTarget {
    SAFETENSORS(
            SafetensorsFuzz.class,
            SafetensorsFuzz::fuzzerTestOneInput,
            "Checkpoint|Header|HeaderReader|JsonStream|SafetensorsFile|ShardIndex|TensorEntry"),
    ONNX(
            OnnxFuzz.class,
            OnnxFuzz::fuzzerTestOneInput,
            "AttributeDecoder|ExternalData|Extras|GraphDecoder|MessageKind|ModelDecoder|NodeOrder|OnnxReader"
                    + "|RawDataSplicer|SparseTensors|TensorDecoder|TypedElements|ValueInfos|WireReader"),
    TOKENIZER(
            TokenizerFuzz.class,
            TokenizerFuzz::fuzzerTestOneInput,
            "CharacterSet|CharsMapCheck|ComponentChecks|Regex.*|TokenizerChecks|TokenizerJson|Vocabulary"),
    RECIPE(
            RecipeFuzz.class,
            RecipeFuzz::fuzzerTestOneInput,
            "BodyEntry|Choice|CombineEntry|DimensionEntry|ModelEntry|Nearest|OutputEntry|Place|Recipe|RecipeReader"
                    + "|MergedBody|RecordBinder|VocabularyEntry|WidthMethod|Yaml|YamlReader"),
    MERGEKIT(
            MergekitFuzz.class,
            MergekitFuzz::fuzzerTestOneInput,
            "MergeStage|MergekitReader|MergekitRecipe|MethodNames|ModelReader|ModelReference|OutputSlice|ParameterReader"
                    + "|ParameterSet|ParameterValue|SliceSource|StageReader|TensorPlace|TokenizerEntry|TokenizerReader");

    private static final Path RESOURCES = Path.of("src/test/resources").toAbsolutePath();

    private final Class<?> entry;
    private final Promise.Reader execution;
    private final Pattern reader;

    FuzzTarget(Class<?> entry, Promise.Reader execution, String reader) {
        this.entry = entry;
        this.execution = execution;
        this.reader = Pattern.compile(
                "%s/(%s)(\\$.*)?".formatted(entry.getPackageName().replace('.', '/'), reader));
    }

    /** Those that the system property {@code fuzz.readers} names, or all. */
    static Stream<FuzzTarget> chosen() {
        String names = System.getProperty("fuzz.readers", "");
        return names.isEmpty()
                ? Stream.of(values())
                : Arrays.stream(names.split(","))
                        .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT)));
    }

    /** The class that the fuzzer calls. */
    Class<?> entry() {
        return entry;
    }

    /** Whether a class, by its internal name, is part of the reader. */
    boolean isReader(String internalName) {
        return reader.matcher(internalName).matches();
    }

    /** Folder of the seeds, and of inputs that once broke the promise. */
    Path corpus() {
        return RESOURCES.resolve("corpus").resolve(label());
    }

    /** Words of the format. */
    Path dictionary() {
        return RESOURCES.resolve("dictionary").resolve(label() + ".dict");
    }

    /** All inputs that are kept. */
    List<Path> inputs() throws IOException {
        try (Stream<Path> files = Files.walk(corpus())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** One execution, without a fuzzer. */
    void execute(byte[] input) {
        execution.read(input);
    }

    /** As files and messages name it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
