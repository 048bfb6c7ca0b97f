package io.sinter.hub;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.json.StrictJson;
import io.sinter.source.Companions;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The files of a repository that Sinter needs, in a folder of their own: what is opened depends on what is in it, so that
 * a graph never gets beside a checkpoint that somebody asked for before.
 *
 * @param view the folder's name
 * @param files what to put there
 */
record HubSelection(String view, List<HubFile> files) {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String ADAPTER = "adapter_model.safetensors";
    private static final List<String> GRAPHS = List.of("model.onnx", "onnx/model.onnx");
    private static final long MAX_INDEX_BYTES = 128L << 20;

    /** What stands beside weights, in the repository's root, besides a tokenizer's files. */
    private static final Set<String> COMPANIONS = Set.of(
            "config.json",
            "preprocessor_config.json",
            "modules.json",
            "config_sentence_transformers.json",
            "sentence_bert_config.json",
            "sinter.json",
            "README.md",
            "adapter_config.json");

    /** Modules of sentence-transformers ({@code 1_Pooling}, {@code 2_Dense}) and tokenizers besides the model's own. */
    private static final Pattern NESTED =
            Pattern.compile("\\d+_[^/]+/(config\\.json|model\\.safetensors)|tokenizers/[^/]+/tokenizer\\.json");

    /** Copies the list. */
    HubSelection {
        files = List.copyOf(files);
    }

    /**
     * Chooses.
     *
     * @throws MissingException if the repository does not have what is needed
     */
    static HubSelection of(HubModel model, HubListing listing, Wanted wanted) {
        Set<HubFile> files = new LinkedHashSet<>();
        listing.files().stream()
                .filter(f -> COMPANIONS.contains(f.path())
                        || Companions.TOKENIZER.contains(f.path())
                        || NESTED.matcher(f.path()).matches())
                .forEach(files::add);
        if (model.file().isPresent()) {
            String path = model.file().get();
            HubFile named = listing.find(path)
                    .orElseThrow(() -> new MissingException(
                            "%s: no such file in the repository; it has %s".formatted(model, alike(listing, path))));
            files.add(named);
            files.addAll(externalData(listing, named));
            return new HubSelection("file-" + path.replace("/", "--"), List.copyOf(files));
        }
        Optional<HubSelection> weights = switch (wanted) {
            case TOKENIZER -> Optional.of(new HubSelection("tokenizer", List.of()));
            case CHECKPOINT -> checkpoint(listing).or(() -> graph(listing));
            case GRAPH -> graph(listing).or(() -> checkpoint(listing));
        };
        HubSelection chosen = weights.orElseThrow(() -> noWeights(model, listing));
        files.addAll(chosen.files);
        return new HubSelection(chosen.view, List.copyOf(files));
    }

    /**
     * The shards that the selection's index names, once the index is there; none of a checkpoint without one.
     *
     * @param folder where the files are
     * @throws MalformedException if the index is none
     * @throws MissingException if the repository lacks a shard
     */
    List<HubFile> shards(HubModel model, HubListing listing, Path folder) {
        if (files.stream().noneMatch(f -> f.path().equals(INDEX))) {
            return List.of();
        }
        Path index = folder.resolve(INDEX);
        JsonNode map = StrictJson.object(index, MAX_INDEX_BYTES).path("weight_map");
        Set<String> names = new LinkedHashSet<>();
        map.properties().forEach(entry -> names.add(entry.getValue().asString("")));
        List<HubFile> shards = new ArrayList<>();
        for (String name : names) {
            shards.add(listing.find(name)
                    .orElseThrow(() -> new MissingException(
                            "%s: %s names the shard \"%s\", which is not there".formatted(model, INDEX, name))));
        }
        return shards;
    }

    private static Optional<HubSelection> checkpoint(HubListing listing) {
        return Stream.of(SINGLE, INDEX, ADAPTER)
                .flatMap(name -> listing.find(name).stream())
                .findFirst()
                .map(file -> new HubSelection("checkpoint", List.of(file)));
    }

    private static Optional<HubSelection> graph(HubListing listing) {
        return GRAPHS.stream()
                .flatMap(name -> listing.find(name).stream())
                .findFirst()
                .map(file -> new HubSelection(
                        "graph",
                        Stream.concat(Stream.of(file), externalData(listing, file).stream())
                                .toList()));
    }

    /** Files of weights beside a graph, by the names that exporters give them: {@code model.onnx_data}, {@code .data}. */
    private static List<HubFile> externalData(HubListing listing, HubFile graph) {
        if (!graph.path().endsWith(".onnx")) {
            return List.of();
        }
        String stem = Pattern.quote(graph.path().substring(0, graph.path().length() - ".onnx".length()));
        Pattern data = Pattern.compile(stem + "(\\.onnx)?[._]data([._]?\\d+)?");
        return listing.files().stream()
                .filter(f -> data.matcher(f.path()).matches())
                .toList();
    }

    private static MissingException noWeights(HubModel model, HubListing listing) {
        boolean pickled = listing.files().stream().anyMatch(f -> f.name().matches("pytorch_model.*\\.bin"));
        if (pickled) {
            return new MissingException("%s: no model: looked for %s, %s and %s; %s"
                    .formatted(model, SINGLE, INDEX, String.join(", ", GRAPHS), ModelSource.PICKLED));
        }
        return new MissingException(
                "%s: no model: looked for %s, %s and %s; the repository has %s; to use one of them name it: %s/…"
                        .formatted(model, SINGLE, INDEX, String.join(", ", GRAPHS), alike(listing, ".onnx"), model));
    }

    /** Some of the files: those of the same kind first. */
    private static String alike(HubListing listing, String path) {
        String extension = path.substring(Math.max(0, path.lastIndexOf('.')));
        List<String> names = Stream.concat(
                        listing.files().stream().map(HubFile::path).filter(p -> p.endsWith(extension)),
                        listing.files().stream().map(HubFile::path).filter(p -> !p.endsWith(extension)))
                .toList();
        String some = String.join(", ", names.subList(0, Math.min(8, names.size())));
        return names.isEmpty() ? "no files" : names.size() > 8 ? some + ", …" : some;
    }
}
