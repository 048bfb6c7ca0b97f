package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.tokenizer.SentencePieceModel.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The added tokens of a tokenizer with their ids: those that the vocabulary has keep its ids, the others follow it one by
 * one, as in Hugging Face's library.
 */
final class AddedVocabulary {

    private final Path folder;
    private final Map<String, Integer> vocabulary;
    private final Map<String, AddedToken> tokens = new LinkedHashMap<>();
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private int next;

    private AddedVocabulary(Path folder, Map<String, Integer> vocabulary) {
        this.folder = folder;
        this.vocabulary = vocabulary;
        this.next = vocabulary.size();
    }

    /**
     * Adds, in this order, what {@code added_tokens_decoder} of {@code tokenizer_config.json} lists,
     * {@code added_tokens.json}, and the special tokens.
     *
     * @param units the vocabulary; of a SentencePiece model, its control and user-defined pieces are added too
     * @throws MalformedException if an id that a file gives is neither the vocabulary's nor the next one
     */
    static AddedVocabulary of(TokenizerFiles files, Units units, SpecialTokens special) {
        Map<String, Integer> vocabulary = units.ids();
        AddedVocabulary added = new AddedVocabulary(files.folder(), vocabulary);
        Map<String, AddedToken> specials = new LinkedHashMap<>();
        special.all().forEach(t -> specials.put(t.content(), t));
        decoder(files).forEach((id, token) -> added.declare(TokenizerFiles.CONFIG, id, token));
        for (Map.Entry<Integer, String> entry : addedTokens(files).entrySet()) {
            AddedToken token = specials.getOrDefault(entry.getValue(), AddedToken.ordinary(entry.getValue()));
            added.declare(TokenizerFiles.ADDED_TOKENS, entry.getKey(), token);
        }
        specials.values().forEach(added::add);
        if (units instanceof Units.Pieces pieces) {
            pieces.pieces().stream().filter(Piece::isAdded).map(Piece::token).forEach(added::add);
        }
        for (JsonNode word : files.config().path("never_split")) {
            if (word.isString() && vocabulary.containsKey(word.stringValue())) {
                added.add(AddedToken.word(word.stringValue()));
            }
        }
        return added;
    }

    /** Tokens that the files add with ids, whatever they are for. */
    static List<String> declared(TokenizerFiles files) {
        List<String> contents = new ArrayList<>(addedTokens(files).values());
        decoder(files).values().forEach(token -> contents.add(token.content()));
        return contents;
    }

    private static Map<Integer, AddedToken> decoder(TokenizerFiles files) {
        Path file = files.folder().resolve(TokenizerFiles.CONFIG);
        Map<Integer, AddedToken> tokens = new TreeMap<>();
        files.config().path("added_tokens_decoder").properties().forEach(entry -> {
            AddedToken token =
                    AddedToken.read(file, "added_tokens_decoder", entry.getValue(), AddedToken.ordinary("-"));
            tokens.put(id(file, token.content(), entry.getKey()), token);
        });
        return tokens;
    }

    private static Map<Integer, String> addedTokens(TokenizerFiles files) {
        Path file = files.folder().resolve(TokenizerFiles.ADDED_TOKENS);
        Map<Integer, String> tokens = new TreeMap<>();
        files.addedTokens().properties().forEach(entry -> {
            int id = id(file, entry.getKey(), entry.getValue().toString());
            String other = tokens.putIfAbsent(id, entry.getKey());
            if (other != null) {
                throw new MalformedException("%s: id %d is both \"%s\" and \"%s\"; ids must be distinct"
                        .formatted(file, id, other, entry.getKey()));
            }
        });
        return tokens;
    }

    private static int id(Path file, String token, String text) {
        try {
            int id = Integer.parseInt(text);
            if (id >= 0 && id < Vocabulary.MAX_ID) {
                return id;
            }
        } catch (NumberFormatException e) {
            // Reported below, with ids out of range.
        }
        throw new MalformedException("%s: token \"%s\": got id %s, expected an integer from 0 to %d"
                .formatted(file, token, text, Vocabulary.MAX_ID - 1));
    }

    private void declare(String file, int id, AddedToken token) {
        add(token);
        int given = id(token.content());
        if (given != id) {
            throw new MalformedException(
                    "%s: token \"%s\" has id %d, but the vocabulary gives it %d; added tokens follow the vocabulary's %d without holes"
                            .formatted(folder.resolve(file), token.content(), id, given, vocabulary.size()));
        }
    }

    private void add(AddedToken token) {
        if (tokens.putIfAbsent(token.content(), token) == null) {
            Integer known = vocabulary.get(token.content());
            ids.put(token.content(), known == null ? next++ : known);
        }
    }

    /**
     * The id of a token of the vocabulary or of those added.
     *
     * @throws MalformedException if there is no such token
     */
    int id(String token) {
        Integer id = ids.getOrDefault(token, vocabulary.get(token));
        if (id == null) {
            throw new MalformedException("%s: special token \"%s\" is not in the vocabulary".formatted(folder, token));
        }
        return id;
    }

    /** As {@code tokenizer.json} lists them: by id. */
    ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        tokens.values().stream()
                .sorted(Comparator.comparingInt(t -> id(t.content())))
                .forEach(t -> list.add(t.json(id(t.content()))));
        return list;
    }
}
