package io.sinter.checkpoint;

import io.sinter.activations.TextFile;
import io.sinter.checkpoint.ModelWeights.Spec;
import io.sinter.checkpoint.PlannedTensor.Work;
import io.sinter.mergekit.AlignEntry;
import io.sinter.mergekit.MergeStage;
import io.sinter.mergekit.ModelReference;
import io.sinter.mergekit.OutputSlice;
import io.sinter.mergekit.ParameterSet;
import io.sinter.mergekit.SliceSource;
import io.sinter.mergekit.SliceSource.LayerRange;
import io.sinter.mergekit.TensorPlace;
import io.sinter.mergekit.TokenizerEntry;
import io.sinter.permutation.UnitMap;
import io.sinter.tensor.DType;
import io.sinter.weights.BaseModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** Plans one merge: which tensors there will be, and of what each is made. */
final class StagePlanner {

    private final MergeStage stage;
    private final SequencedMap<ModelReference, OpenedModel> models = new LinkedHashMap<>();
    private final OpenedModel reference;
    private final Optional<TokenPlan> tokens;
    private final Layers layers;
    private final Counterparts counterparts;
    private final DType dtype;
    private final Map<ModelReference, TextFile> texts = new LinkedHashMap<>();
    private final Optional<TextFile> aligning;
    private final List<String> notes;

    private StagePlanner(MergeStage stage, ModelOpener opener) {
        this.stage = stage;
        this.notes = new ArrayList<>(stage.notes());
        for (ModelReference model : inOrder(stage)) {
            models.put(model, opener.open(model, stage.place()));
        }
        stage.texts().files().forEach((model, source) -> texts.put(model, opener.texts(source)));
        this.aligning =
                Optional.ofNullable(stage.align()).flatMap(AlignEntry::texts).map(opener::texts);
        GraphAlignment.align(models, notes);
        this.tokens = Optional.ofNullable(stage.tokenizer()).map(this::align);
        this.reference = models.firstEntry().getValue();
        this.layers = Layers.of(reference.weights().names());
        this.counterparts = new Counterparts(reference, notes);
        this.dtype = dtype();
    }

    /** A graph is what its nodes make of its weights: it keeps their type, their layers and their tokens. */
    private void checkGraph() {
        if (stage.isSliced()) {
            throw stage.place().error("slices: not of .onnx graphs; give checkpoints");
        }
        if (stage.tokenizer() != null) {
            throw stage.tokenizer()
                    .place()
                    .error("not for .onnx graphs, whose tables keep their rows; give checkpoints");
        }
        if (stage.dtype() != null && stage.dtype() != dtype) {
            notes.add("out_dtype: a graph keeps its own types; sinter optimize writes it in others");
        }
    }

    /** Units are known by the names of a family's tensors. */
    private void checkAlignment(AlignEntry align) {
        if (stage.isSliced()) {
            throw align.place().error("not with slices, whose layers may be of different places; align whole models");
        }
        if (reference.graph().isPresent() || reference.config().isEmpty()) {
            throw align.place().error("units are known of checkpoints with a config.json, not of " + reference.label());
        }
        UnitMap.of(reference.config().get(), reference.weights().names());
    }

    /** What runs the models has to know what their weights make, and reads texts with their own tokenizers. */
    private void checkTexts() {
        for (ModelReference model : texts.keySet()) {
            if (model(model).graph().isPresent() || model(model).config().isEmpty()) {
                throw stage.place()
                        .error("%s runs checkpoints with a config.json, not %s"
                                .formatted(stage.method().name(), model));
            }
        }
        if (stage.tokenizer() != null && !texts.isEmpty()) {
            throw stage.tokenizer()
                    .place()
                    .error("not with %s, which runs the models with their own tokens; merge models of one vocabulary"
                            .formatted(stage.method().name()));
        }
    }

    /** Plans a merge. */
    static StagePlan plan(MergeStage stage, ModelOpener opener) {
        return new StagePlanner(stage, opener).plan();
    }

    /** The base first, or the first source. */
    private static SequencedSet<ModelReference> inOrder(MergeStage stage) {
        SequencedSet<ModelReference> models = new LinkedHashSet<>(stage.models());
        if (stage.tokenizer() != null
                && stage.tokenizer().from() instanceof TokenizerEntry.From.Model(ModelReference model)) {
            models.add(model);
        }
        return models;
    }

    private TokenPlan align(TokenizerEntry entry) {
        TokenPlan plan = TokenPlan.of(entry, List.copyOf(models.values()));
        for (int i = 0; i < plan.models().size(); i++) {
            OpenedModel aligned = plan.aligned(i);
            models.put(aligned.reference(), aligned);
        }
        notes.addAll(plan.notes());
        return plan;
    }

    private StagePlan plan() {
        if (stage.method().base() == BaseModel.REQUIRED && stage.base() == null) {
            throw stage.place()
                    .error("base_model: is missing; %s merges what models changed of a base"
                            .formatted(stage.method().name()));
        }
        if (reference.graph().isPresent()) {
            checkGraph();
        }
        checkTexts();
        if (stage.align() != null) {
            checkAlignment(stage.align());
        }
        models.values().stream().skip(1).forEach(m -> counterparts.check(m, stage.isSliced()));
        checkFilters();
        if (stage.base() != null && stage.method().base() == BaseModel.NONE && !merges(stage.base())) {
            notes.add("base_model: %s has no base; %s gives configuration and tokenizer only"
                    .formatted(stage.method().name(), stage.base()));
        }
        List<PlannedTensor> tensors = new ArrayList<>();
        Optional<String> stack = stage.isSliced() ? Optional.of(mainStack()) : Optional.empty();
        for (String name : reference.weights().names()) {
            Optional<LayerName> layer = LayerName.of(name)
                    .filter(l -> stack.filter(l.stack()::equals).isPresent());
            if (layer.isEmpty()) {
                OutputSlice slice = Layers.isBefore(name)
                        ? stage.slices().getFirst()
                        : stage.slices().getLast();
                tensors.add(tensor(layers.place(name), slice, source -> name));
            }
        }
        OptionalInt count = stack.isEmpty() ? OptionalInt.empty() : OptionalInt.of(stacked(stack.get(), tensors));
        return new StagePlan(
                stage,
                List.copyOf(models.values()),
                tensors,
                dtype,
                count,
                tokens,
                texts,
                aligning,
                List.copyOf(notes));
    }

    private boolean merges(ModelReference model) {
        return stage.slices().stream()
                .flatMap(slice -> slice.sources().stream())
                .anyMatch(source -> source.model().equals(model));
    }

    /** The only stack of layers, which slices are of. */
    private String mainStack() {
        if (layers.counts().size() != 1) {
            throw stage.place()
                    .error("slices: %s has %s, but slices are of a model with one stack of layers"
                            .formatted(
                                    reference.label(),
                                    layers.counts().isEmpty()
                                            ? "no numbered layers"
                                            : "several: "
                                                    + String.join(
                                                            ", ",
                                                            layers.counts().keySet())));
        }
        return layers.main().orElseThrow();
    }

    /** Adds the tensors of all slices' layers, numbered anew; returns how many layers these are. */
    private int stacked(String stack, List<PlannedTensor> tensors) {
        int first = 0;
        for (OutputSlice slice : stage.slices()) {
            int count = count(slice, stack);
            for (int j = 0; j < count; j++) {
                addLayer(slice, stack, first + j, j, tensors);
            }
            first += count;
        }
        return first;
    }

    private int count(OutputSlice slice, String stack) {
        int count = range(slice.sources().getFirst(), stack).count();
        for (SliceSource source : slice.sources()) {
            LayerRange range = range(source, stack);
            int there = Layers.of(model(source.model()).weights().names()).count(stack);
            if (range.to() > there) {
                throw source.place()
                        .error("layer_range: got [%d, %d], but %s has %d layers, 0 to %d"
                                .formatted(range.from(), range.to(), source.model(), there, there - 1));
            }
            if (range.count() != count) {
                throw source.place()
                        .error("layer_range: %d layers beside %d of %s; all sources of a slice have as many"
                                .formatted(
                                        range.count(),
                                        count,
                                        slice.sources().getFirst().model()));
            }
        }
        return count;
    }

    private LayerRange range(SliceSource source, String stack) {
        LayerRange range = source.layers();
        return range != null
                ? range
                : new LayerRange(
                        0, Layers.of(model(source.model()).weights().names()).count(stack));
    }

    private void addLayer(OutputSlice slice, String stack, int number, int inSlice, List<PlannedTensor> tensors) {
        SliceSource first = slice.sources().getFirst();
        int from = range(first, stack).from();
        int count = range(first, stack).count();
        for (String name : model(first.model()).weights().names()) {
            Optional<LayerName> layer = LayerName.of(name);
            if (layer.isPresent()
                    && layer.get().stack().equals(stack)
                    && layer.get().layer() == from + inSlice) {
                LayerName own = layer.get();
                TensorPlace place = new TensorPlace(own.at(number).toString(), Layers.depth(inSlice, count));
                tensors.add(tensor(
                        place,
                        slice,
                        source -> own.at(range(source, stack).from() + inSlice).toString()));
            }
        }
    }

    private OpenedModel model(ModelReference reference) {
        OpenedModel model = models.get(reference);
        if (model == null) {
            throw new IllegalStateException(reference + " was not opened");
        }
        return model;
    }

    /** What a source calls the tensor that is planned. */
    @FunctionalInterface
    private interface Naming {
        String of(SliceSource source);
    }

    private PlannedTensor tensor(TensorPlace place, OutputSlice slice, Naming naming) {
        SliceSource first = slice.sources().getFirst();
        ModelReference owner = stage.isSliced() ? first.model() : reference.reference();
        String own = naming.of(first);
        TensorAddress address = model(owner).tensor(own);
        Spec spec = address.spec();
        String layer = Layers.label(place.name());
        if (!spec.isFloat()) {
            return new PlannedTensor(place.name(), spec, layer, new Work.Copy(address));
        }
        List<SliceSource> counted = counted(slice);
        List<TensorAddress> sources = new ArrayList<>();
        for (SliceSource source : counted) {
            Optional<TensorAddress> found = counterpart(source.model(), naming.of(source), address);
            if (found.isEmpty()) {
                return new PlannedTensor(place.name(), spec, layer, new Work.Copy(address));
            }
            sources.add(found.get());
        }
        Work.Merge merge = new Work.Merge(
                new ParameterValues(stage, slice).merge(place, counted),
                base(slice, naming, address),
                sources,
                Seeds.of(stage.seed(), place.name()));
        return new PlannedTensor(
                place.name(),
                new Spec(reference.graph().isPresent() ? spec.dtype() : dtype, spec.shape()),
                layer,
                merge);
    }

    private Optional<TensorAddress> counterpart(ModelReference reference, String name, TensorAddress like) {
        OpenedModel model = model(reference);
        if (stage.isSliced() && LayerName.of(name).isPresent()) {
            Optional<Spec> found = model.weights().find(name);
            if (found.isEmpty() || !found.get().shape().equals(like.spec().shape())) {
                throw stage.place()
                        .error("%s: tensor \"%s\" is %s, but %s has %s %s for it"
                                .formatted(
                                        reference,
                                        name,
                                        found.map(Spec::toString).orElse("missing"),
                                        like.model(),
                                        like.spec(),
                                        like.name()));
            }
            return Optional.of(model.tensor(name));
        }
        return counterparts.find(model, name);
    }

    /** The sources that the method counts: where it has a base, without that. */
    private List<SliceSource> counted(OutputSlice slice) {
        ModelReference base = stage.base();
        List<SliceSource> sources = new ArrayList<>(slice.sources());
        if (base == null) {
            return sources;
        }
        if (stage.method().base() != BaseModel.NONE) {
            sources.removeIf(source -> source.model().equals(base));
            if (sources.isEmpty()) {
                throw slice.place().error("names only the base model; give models that differ from it");
            }
            return sources;
        }
        return sources;
    }

    private @Nullable TensorAddress base(OutputSlice slice, Naming naming, TensorAddress like) {
        ModelReference base = stage.base();
        if (base == null || stage.method().base() == BaseModel.NONE) {
            return null;
        }
        SliceSource source = slice.sources().stream()
                .filter(s -> s.model().equals(base))
                .findFirst()
                .orElseGet(() -> new SliceSource(
                        slice.place(), base, slice.sources().getFirst().layers(), ParameterSet.EMPTY));
        return counterpart(base, naming.of(source), like).orElse(null);
    }

    /** The recipe's; else the type of most of the reference's weights. */
    private DType dtype() {
        if (stage.dtype() != null && reference.graph().isEmpty()) {
            return stage.dtype();
        }
        Map<DType, Long> elements = new LinkedHashMap<>();
        for (String name : reference.weights().names()) {
            Spec spec = reference.tensor(name).spec();
            if (spec.isFloat()) {
                elements.merge(spec.dtype(), spec.elements(), Long::sum);
            }
        }
        return elements.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(DType.FLOAT);
    }

    private void checkFilters() {
        SequencedSet<String> filters = new LinkedHashSet<>();
        stage.parameters().filters().forEach(filters::add);
        for (OutputSlice slice : stage.slices()) {
            slice.parameters().filters().forEach(filters::add);
            slice.sources().forEach(source -> source.parameters().filters().forEach(filters::add));
        }
        for (String filter : filters) {
            if (reference.weights().names().stream().noneMatch(name -> name.contains(filter))) {
                notes.add("filter: \"%s\" is in no tensor's name, such as %s"
                        .formatted(filter, reference.weights().names().getFirst()));
            }
        }
    }
}
