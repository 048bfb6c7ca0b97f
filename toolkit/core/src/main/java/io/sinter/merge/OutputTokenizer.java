package io.sinter.merge;

import io.sinter.error.UnsupportedException;
import io.sinter.json.StrictJson;
import io.sinter.merge.MergePlan.Body;
import io.sinter.source.Companions;
import io.sinter.source.ModelSource;
import io.sinter.source.OtherTokenizer;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the tokenizer of an output directory.
 *
 * @param notes what a user should know is added
 */
record OutputTokenizer(MergePlan plan, List<String> notes) {

    private static final String CONFIG = "tokenizer_config.json";

    /** Writes the result's, and those of other models whose tokens the graph reads. */
    void write(Path directory) throws IOException {
        writeOwn(directory);
        for (PlannedSource source : plan.sources()) {
            Optional<OtherTokenizer> other = OtherTokens.of(plan, source);
            if (other.isPresent()) {
                Files.createDirectories(other.get().folder(directory));
                writeJson(tokenizer(source.source()), other.get().path(directory));
            }
        }
    }

    /** The owner's tokenizer, or that which the plan made; one that was built is written beside the files that it was built from. */
    private void writeOwn(Path directory) throws IOException {
        Companions companions = plan.tokenizerOwner().source().companions();
        Optional<TokenizerJson> made = plan.vocabulary().tokenizer();
        if (made.isPresent() || !ownerIsBody()) {
            Optional<TokenizerJson> tokenizer =
                    made.isPresent() ? made : tokenizer(plan.tokenizerOwner().source());
            if (tokenizer.isPresent()) {
                writeConfig(companions, tokenizer.get(), directory);
            }
            copy(companions, made.isPresent() ? Stream.of("special_tokens_map.json") : others(), directory);
            writeJson(tokenizer, directory.resolve(TokenizerJson.FILE_NAME));
            return;
        }
        copy(companions, Stream.concat(Stream.of(CONFIG), others()), directory);
        writeJson(tokenizer(plan.tokenizerOwner().source()), directory.resolve(TokenizerJson.FILE_NAME));
    }

    /** Whether the tokenizer is that of the model whose encoder reads its ids, or there is no encoder. */
    private boolean ownerIsBody() {
        return switch (plan.body()) {
            case Body.Graph graph -> graph.planned().equals(plan.tokenizerOwner());
            case Body.Weights weights -> weights.planned().equals(plan.tokenizerOwner());
            case Body.New fresh -> true;
            case Body.None none -> true;
        };
    }

    private Stream<String> others() {
        return plan.tokenizerOwner().source().companions().tokenizerFiles().stream()
                .map(file -> String.valueOf(file.getFileName()))
                .filter(name -> !name.equals(CONFIG) && !name.equals(TokenizerJson.FILE_NAME));
    }

    private static void copy(Companions companions, Stream<String> names, Path directory) throws IOException {
        for (String name : names.toList()) {
            Path file = companions.folder().resolve(name);
            if (Files.isRegularFile(file)) {
                Files.copy(file, directory.resolve(name));
            }
        }
    }

    private void writeJson(Optional<TokenizerJson> tokenizer, Path file) throws IOException {
        if (tokenizer.isEmpty()) {
            return;
        }
        tokenizer.get().note().ifPresent(notes::add);
        byte[] bytes = tokenizer.get().bytes();
        Files.write(
                file,
                plan.body() instanceof Body.None
                        ? withoutSpecialTokens(tokenizer.get().file(), bytes)
                        : bytes);
    }

    /** A merge of tables does not need one, so that none can be built is worth a note, no more. */
    private Optional<TokenizerJson> tokenizer(ModelSource source) {
        try {
            return source.findTokenizer();
        } catch (UnsupportedException e) {
            notes.add(e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The owner's configuration for another encoder or other ids: no ids of its own, and no longer texts than the encoder
     * reads. Where the owner has none, its class would be taken from the body's config.json, so that one is written.
     */
    private void writeConfig(Companions companions, TokenizerJson tokenizer, Path directory) throws IOException {
        Path file = companions.folder().resolve(CONFIG);
        ObjectNode config =
                Files.isRegularFile(file) ? (ObjectNode) StrictJson.object(file, 16L << 20) : classless(tokenizer);
        config.remove("added_tokens_decoder");
        OptionalLong longest = longest(companions);
        longest.ifPresent(length -> config.put("model_max_length", length));
        Files.writeString(directory.resolve(CONFIG), config.toPrettyString() + "\n");
    }

    private static ObjectNode classless(TokenizerJson tokenizer) {
        ObjectNode config = JsonNodeFactory.instance.objectNode().put("tokenizer_class", "PreTrainedTokenizerFast");
        for (SpecialToken role : SpecialToken.values()) {
            tokenizer.vocabulary().special(role).stream()
                    .mapToObj(id -> tokenizer.vocabulary().token(id).orElseThrow())
                    .forEach(token -> config.put(role.name().toLowerCase(Locale.ROOT) + "_token", token));
        }
        return config;
    }

    private OptionalLong longest(Companions owner) {
        Stream<OptionalLong> body = switch (plan.body()) {
            case Body.Graph graph -> Stream.of(graph.source().companions().maxTokens());
            case Body.Weights weights -> Stream.of(weights.source().companions().maxTokens());
            case Body.New fresh -> Stream.of();
            case Body.None none -> Stream.of();
        };
        return Stream.concat(body, Stream.of(owner.maxTokens()))
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    /**
     * A tokenizer that adds no [CLS] and [SEP]: in a mean over static vectors they are two words that every text has in
     * common. sentence-transformers' StaticEmbedding leaves them out too.
     */
    private static byte[] withoutSpecialTokens(Path file, byte[] bytes) {
        ObjectNode tokenizer = (ObjectNode) StrictJson.object(file, bytes);
        tokenizer.putNull("post_processor");
        return (tokenizer.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
