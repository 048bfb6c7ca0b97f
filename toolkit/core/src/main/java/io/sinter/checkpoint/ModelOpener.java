package io.sinter.checkpoint;

import io.sinter.activations.TextFile;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.hub.Wanted;
import io.sinter.mergekit.ModelReference;
import io.sinter.mergekit.TextsEntry;
import io.sinter.recipe.Place;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.Companions;
import io.sinter.source.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds and opens the models of a recipe; each once. */
final class ModelOpener {

    private final Path folder;
    private final ModelFinder locations;
    private final Map<ModelReference, OpenedModel> opened = new LinkedHashMap<>();

    /**
     * Opens models of a recipe.
     *
     * @param folder where relative paths start
     * @param locations finds them
     */
    ModelOpener(Path folder, ModelFinder locations) {
        this.folder = folder;
        this.locations = locations;
    }

    /** The result of another merge becomes a model. */
    void add(OpenedModel result) {
        opened.put(result.reference(), result);
    }

    /**
     * The model of that name.
     *
     * @param place where the recipe names it
     * @throws io.sinter.error.SinterException if there is none, or it cannot be read
     */
    OpenedModel open(ModelReference reference, Place place) {
        OpenedModel known = opened.get(reference);
        if (known == null) {
            known = reference.adapter() == null
                    ? plain(reference, place)
                    : adapted(reference, reference.adapter(), place);
            opened.put(reference, known);
        }
        return known;
    }

    /**
     * A file of texts.
     *
     * @throws MissingException if there is none
     */
    TextFile texts(TextsEntry.Source source) {
        try {
            return new TextFile(folder.resolve(source.path()));
        } catch (MissingException e) {
            throw new MissingException(source.place() + ": " + e.getMessage(), e);
        }
    }

    private OpenedModel adapted(ModelReference reference, String adapter, Place place) {
        OpenedModel model = open(new ModelReference(reference.model(), null), place);
        LoraAdapter lora = LoraAdapter.open(path(adapter, place));
        List<Path> files = new ArrayList<>(model.files());
        files.addAll(lora.files());
        if (model.graph().isPresent()) {
            throw new UnsupportedException(place + ": adapters are added to checkpoints, not to .onnx graphs");
        }
        return new OpenedModel(
                reference,
                model.path(),
                new AdaptedWeights(model.weights(), lora),
                Optional.empty(),
                model.companions(),
                files);
    }

    private OpenedModel plain(ModelReference reference, Place place) {
        Path path = path(reference.model(), place);
        boolean directory = Files.isDirectory(path);
        if ((!directory && path.toString().endsWith(".onnx")) || (directory && isGraphOnly(path))) {
            return graph(reference, path);
        }
        Checkpoint checkpoint = Checkpoint.open(path);
        Companions companions = directory ? Companions.read(path) : Companions.none(path);
        List<Path> files = Stream.of(
                        checkpoint.files().stream().map(SafetensorsFile::path),
                        Stream.of(checkpoint.path()),
                        directory ? companions.files().stream() : Stream.<Path>empty())
                .flatMap(s -> s)
                .distinct()
                .toList();
        return new OpenedModel(reference, path, new StoredWeights(checkpoint), Optional.empty(), companions, files);
    }

    private static OpenedModel graph(ModelReference reference, Path path) {
        ModelSource source = ModelSource.open(path);
        GraphWeights weights = GraphWeights.read(path);
        return new OpenedModel(reference, path, weights, Optional.of(weights), source.companions(), source.files());
    }

    /** A checkpoint is preferred to the graph beside it; who wants that names the file. */
    private static boolean isGraphOnly(Path directory) {
        return !Files.exists(directory.resolve(Checkpoint.SINGLE))
                && !Files.exists(directory.resolve(Checkpoint.INDEX))
                && GraphWeights.in(directory).isPresent();
    }

    private Path path(String name, Place place) {
        Path path;
        try {
            path = locations.find(name, folder, Wanted.CHECKPOINT);
        } catch (MissingException e) {
            throw new MissingException(place + ": " + e.getMessage(), e);
        }
        if (!Files.exists(path)) {
            String hub = name.matches("[\\w.-]+/[\\w.-]+(@[\\w.-]+)?") ? "; for a model of a hub write hf:" + name : "";
            throw new MissingException("%s: %s: no such file or directory%s".formatted(place, path, hub));
        }
        return path;
    }
}
