package io.sinter.mergekit;

import io.sinter.mergekit.TextsEntry.Source;
import io.sinter.recipe.Place;
import io.sinter.recipe.Yaml;
import io.sinter.weights.MethodDescription;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads which texts the models of a method are run over: Sinter's own keys.
 *
 * @param place where the merge begins
 * @param method of merging
 * @param common the recipe's own {@code texts}
 */
record TextsReader(
        Place place, MethodDescription method, @Nullable Yaml common) {

    /**
     * A file for each model.
     *
     * @param own {@code texts} under models, in their order; none where the recipe has slices
     * @param base that is not run
     * @throws io.sinter.error.RecipeException if a model has none and the method needs it, or the method runs no models
     */
    TextsEntry read(Map<ModelReference, Optional<Yaml>> own, @Nullable ModelReference base) {
        return switch (method.texts()) {
            case NONE -> none(own.values());
            case REQUIRED -> required(own, base);
        };
    }

    private TextsEntry none(Collection<Optional<Yaml>> own) {
        Stream.concat(Stream.ofNullable(common), own.stream().flatMap(Optional::stream))
                .findFirst()
                .ifPresent(texts -> {
                    throw texts.place().error(method.name() + " does not run the models; remove the key");
                });
        return TextsEntry.NONE;
    }

    private TextsEntry required(Map<ModelReference, Optional<Yaml>> own, @Nullable ModelReference base) {
        if (own.isEmpty()) {
            throw place.error(method.name() + " runs whole models; give \"models\" in place of \"slices\"");
        }
        Map<ModelReference, Source> files = new LinkedHashMap<>();
        own.forEach((model, texts) -> {
            if (!model.equals(base)) {
                Yaml yaml = texts.or(() -> Optional.ofNullable(common))
                        .orElseThrow(() -> place.error(
                                "%s runs %s over texts; add \"texts: FILE\", a text a line, under the model or for all"
                                        .formatted(method.name(), model)));
                files.put(model, source(yaml));
            }
        });
        return new TextsEntry(files);
    }

    /** The file that a key names. */
    static Source source(Yaml yaml) {
        if (yaml instanceof Yaml.Scalar(Place where, String text)) {
            return new Source(where, text);
        }
        throw yaml.place().error("got " + yaml.kind() + ", expected a file of texts, one a line");
    }
}
