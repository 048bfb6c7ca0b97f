package io.sinter.mergekit;

import io.sinter.mergekit.ParameterReader.Level;
import io.sinter.mergekit.SliceSource.LayerRange;
import io.sinter.recipe.Nearest;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.Yaml;
import io.sinter.tensor.DType;
import io.sinter.weights.MethodDescription;
import io.sinter.weights.WeightMerges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one document. */
final class StageReader {

    private static final Map<String, DType> DTYPES = dtypes();

    private final Keys keys;
    private final Yaml document;
    private final MethodDescription method;
    private final List<String> notes = new ArrayList<>();
    private final ParameterReader parameters;

    private StageReader(Yaml document) {
        this.document = document;
        this.keys = inOneModule(RecordBinder.bind(document, Keys.class));
        this.method = method();
        this.parameters = new ParameterReader(method, notes);
    }

    /**
     * The top level as it is written; {@code random_seed} (where mergekit has an option of its command) {@code texts} and
     * {@code align} are Sinter's.
     */
    record Keys(
            @Nullable String name,
            @Nullable Yaml mergeMethod,
            @Nullable List<ModelKeys> models,
            @Nullable List<SliceKeys> slices,
            @Nullable Yaml modules,
            @Nullable Yaml baseModel,
            @Nullable Yaml parameters,
            @Nullable Yaml tokenizer,
            @Nullable Yaml tokenizerSource,
            @Nullable Yaml dtype,
            @Nullable Yaml outDtype,
            @Nullable Yaml chatTemplate,
            @Nullable Yaml texts,
            @Nullable Yaml align,
            @Nullable Long randomSeed) {}

    /** An element of {@code models}. */
    record ModelKeys(
            Yaml model, @Nullable Yaml parameters, @Nullable Yaml texts) {}

    /** An element of {@code slices}. */
    record SliceKeys(List<SourceKeys> sources, @Nullable Yaml parameters) {}

    /** An element of {@code sources}. */
    record SourceKeys(
            Yaml model, @Nullable Yaml layerRange, @Nullable Yaml parameters) {}

    /** What a module may hold. */
    record ModuleKeys(
            @Nullable List<ModelKeys> models, @Nullable List<SliceKeys> slices) {}

    /** Reads a document. */
    static MergeStage read(Yaml document) {
        return new StageReader(document).stage();
    }

    private MergeStage stage() {
        if (keys.chatTemplate != null) {
            throw keys.chatTemplate.place().error("not supported; remove the key: the base model's files are kept");
        }
        ModelReference base = keys.baseModel == null ? null : ModelReader.read(keys.baseModel);
        return new MergeStage(
                document.place(),
                keys.name,
                method,
                slices(),
                base,
                parameters.read(keys.parameters, Level.STAGE),
                TokenizerReader.read(keys.tokenizer, keys.tokenizerSource),
                dtype(),
                texts(base),
                keys.align == null ? null : AlignEntry.read(keys.align),
                keys.randomSeed == null ? 0 : keys.randomSeed,
                notes);
    }

    /** Those of the models that are merged; the base model is not run. */
    private TextsEntry texts(@Nullable ModelReference base) {
        Map<ModelReference, Optional<Yaml>> own = new LinkedHashMap<>();
        for (ModelKeys model : keys.models == null ? List.<ModelKeys>of() : keys.models) {
            own.put(ModelReader.read(model.model), Optional.ofNullable(model.texts));
        }
        return new TextsReader(document.place(), method, keys.texts).read(own, base);
    }

    private MethodDescription method() {
        if (!(keys.mergeMethod instanceof Yaml.Scalar name)) {
            throw document.place()
                    .error("needs the key \"merge_method\": "
                            + String.join(
                                    ", ",
                                    WeightMerges.all().stream()
                                            .map(MethodDescription::name)
                                            .toList()));
        }
        return MethodNames.find(name);
    }

    private List<OutputSlice> slices() {
        if ((keys.models == null) == (keys.slices == null)) {
            throw document.place().error("needs either \"models\" or \"slices\"");
        }
        if (keys.models != null) {
            if (keys.models.isEmpty()) {
                throw document.place().error("models: is empty, expected one model or more");
            }
            List<SliceSource> sources = keys.models.stream()
                    .map(m -> new SliceSource(
                            m.model.place(),
                            ModelReader.read(m.model),
                            null,
                            parameters.read(m.parameters, Level.MODEL)))
                    .toList();
            return List.of(new OutputSlice(document.place(), sources, ParameterSet.EMPTY));
        }
        List<OutputSlice> slices = new ArrayList<>();
        for (SliceKeys slice : keys.slices) {
            if (slice.sources.isEmpty()) {
                throw document.place().error("slices[%d]: sources: is empty".formatted(slices.size()));
            }
            slices.add(new OutputSlice(
                    slice.sources.getFirst().model.place(),
                    slice.sources.stream().map(this::source).toList(),
                    parameters.read(slice.parameters, Level.STAGE)));
        }
        if (slices.isEmpty()) {
            throw document.place().error("slices: is empty, expected one slice or more");
        }
        return slices;
    }

    private SliceSource source(SourceKeys source) {
        return new SliceSource(
                source.model.place(),
                ModelReader.read(source.model),
                source.layerRange == null ? null : range(source.layerRange),
                parameters.read(source.parameters, Level.MODEL));
    }

    private static LayerRange range(Yaml yaml) {
        try {
            if (yaml instanceof Yaml.Sequence(var place, List<Yaml> ends)
                    && ends.size() == 2
                    && ends.getFirst() instanceof Yaml.Scalar from
                    && ends.getLast() instanceof Yaml.Scalar to) {
                return new LayerRange(Integer.parseInt(from.text()), Integer.parseInt(to.text()));
            }
        } catch (NumberFormatException e) {
            // told below
        } catch (IllegalArgumentException e) {
            throw yaml.place().error(String.valueOf(e.getMessage()));
        }
        throw yaml.place().error("expected [first layer from 0, one behind the last], such as [0, 12]");
    }

    /** {@code out_dtype} is that of the result; without it, {@code dtype} is: the arithmetic is in float32 in any case. */
    private @Nullable DType dtype() {
        DType arithmetic = keys.dtype == null ? null : dtype(keys.dtype);
        DType result = keys.outDtype == null ? arithmetic : dtype(keys.outDtype);
        if (arithmetic != null && arithmetic != DType.FLOAT && keys.outDtype != null) {
            notes.add("dtype: the arithmetic is in float32, which rounds less; out_dtype is kept");
        }
        return result;
    }

    private static @Nullable DType dtype(Yaml yaml) {
        if (yaml instanceof Yaml.Scalar scalar) {
            if (scalar.text().equals("auto")) {
                return null;
            }
            DType type = DTYPES.get(scalar.text().replaceFirst("^torch\\.", ""));
            if (type != null) {
                return type;
            }
            throw yaml.place()
                    .error("got \"%s\"; %s".formatted(scalar.text(), Nearest.hint(scalar.text(), DTYPES.keySet())));
        }
        throw yaml.place().error("got " + yaml.kind() + ", expected one of " + String.join(", ", DTYPES.keySet()));
    }

    private static Map<String, DType> dtypes() {
        Map<String, DType> types = new LinkedHashMap<>();
        types.put("float32", DType.FLOAT);
        types.put("float16", DType.FLOAT16);
        types.put("bfloat16", DType.BFLOAT16);
        return types;
    }

    /** A recipe of a single module is one of its models or slices. */
    private static Keys inOneModule(Keys keys) {
        if (keys.modules == null) {
            return keys;
        }
        if (!(keys.modules instanceof Yaml.Mapping modules)
                || modules.entries().size() != 1
                || keys.models != null
                || keys.slices != null) {
            throw keys.modules
                    .place()
                    .error(
                            "got several modules, or models beside them; one module is supported: merge others in recipes of"
                                    + " their own");
        }
        ModuleKeys module = RecordBinder.bind(modules.entries().firstEntry().getValue(), ModuleKeys.class);
        return new Keys(
                keys.name,
                keys.mergeMethod,
                module.models,
                module.slices,
                null,
                keys.baseModel,
                keys.parameters,
                keys.tokenizer,
                keys.tokenizerSource,
                keys.dtype,
                keys.outDtype,
                keys.chatTemplate,
                keys.texts,
                keys.align,
                keys.randomSeed);
    }
}
