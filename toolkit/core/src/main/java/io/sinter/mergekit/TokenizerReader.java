package io.sinter.mergekit;

import io.sinter.mergekit.TokenizerEntry.From;
import io.sinter.mergekit.TokenizerEntry.RowSource;
import io.sinter.mergekit.TokenizerEntry.TokenRow;
import io.sinter.recipe.Nearest;
import io.sinter.recipe.Place;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.Yaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code tokenizer} and {@code tokenizer_source}. */
final class TokenizerReader {

    private static final String MODEL_PREFIX = "model:";

    private TokenizerReader() {}

    /** The block's keys. */
    record Keys(
            Yaml source, @Nullable Yaml tokens, @Nullable Integer padToMultipleOf) {}

    /** A single token's keys. */
    record TokenKeys(Yaml source, boolean force) {}

    /** The long form of a row's source. */
    record SourceKeys(
            String kind,
            @Nullable Yaml model,
            @Nullable String token,
            @Nullable Integer tokenId) {}

    /** What one of the two keys says; null where neither is there. */
    static @Nullable TokenizerEntry read(@Nullable Yaml block, @Nullable Yaml source) {
        if (block != null && source != null) {
            throw source.place().error("stands beside tokenizer, which says the same; give one");
        }
        if (source != null) {
            return new TokenizerEntry(source.place(), from(source), Map.of(), 1);
        }
        if (block == null) {
            return null;
        }
        Keys keys = RecordBinder.bind(block, Keys.class);
        int pad = keys.padToMultipleOf == null ? 1 : keys.padToMultipleOf;
        if (pad < 1) {
            throw block.place().error("pad_to_multiple_of: got %d, expected 1 or more".formatted(pad));
        }
        return new TokenizerEntry(block.place(), from(keys.source), tokens(keys.tokens), pad);
    }

    private static From from(Yaml yaml) {
        if (!(yaml instanceof Yaml.Scalar scalar)) {
            return new From.Model(ModelReader.read(yaml));
        }
        String text = scalar.text();
        return switch (text) {
            case "base" -> new From.Base();
            case "union" -> new From.Union();
            default ->
                new From.Model(ModelReader.read(
                        text.startsWith(MODEL_PREFIX)
                                ? new Yaml.Scalar(scalar.place(), text.substring(MODEL_PREFIX.length()))
                                : scalar));
        };
    }

    private static Map<String, TokenRow> tokens(@Nullable Yaml yaml) {
        if (yaml == null) {
            return Map.of();
        }
        if (!(yaml instanceof Yaml.Mapping mapping)) {
            throw yaml.place().error("got " + yaml.kind() + ", expected a mapping from tokens to where rows come from");
        }
        Map<String, TokenRow> rows = new LinkedHashMap<>();
        mapping.entries().forEach((token, value) -> {
            TokenKeys keys = RecordBinder.bind(value, TokenKeys.class);
            rows.put(token, new TokenRow(value.place(), row(keys.source), keys.force));
        });
        return rows;
    }

    private static RowSource row(Yaml yaml) {
        if (yaml instanceof Yaml.Scalar) {
            return new RowSource.OfModel(ModelReader.read(yaml), null, null);
        }
        SourceKeys keys = RecordBinder.bind(yaml, SourceKeys.class);
        return switch (keys.kind) {
            case "zero" -> {
                if (keys.model != null || keys.token != null || keys.tokenId != null) {
                    throw yaml.place().error("kind: zero takes no other keys");
                }
                yield new RowSource.Zero();
            }
            case "model_token" -> modelToken(yaml.place(), keys);
            default ->
                throw yaml.place()
                        .error("kind: got \"%s\"; %s"
                                .formatted(keys.kind, Nearest.hint(keys.kind, List.of("zero", "model_token"))));
        };
    }

    private static RowSource modelToken(Place place, SourceKeys keys) {
        if (keys.model == null || (keys.token == null) == (keys.tokenId == null)) {
            throw place.error("kind: model_token needs a model, and either token or token_id");
        }
        return new RowSource.OfModel(ModelReader.read(keys.model), keys.token, keys.tokenId);
    }
}
