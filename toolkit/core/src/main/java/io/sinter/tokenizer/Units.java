package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.tokenizer.SentencePieceModel.Piece;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tokens of a vocabulary and what else its files say of them. Ids are from 0 without holes. */
sealed interface Units {

    /** Token to id. */
    Map<String, Integer> ids();

    /** Tokens alone. */
    record Words(Map<String, Integer> ids) implements Units {}

    /**
     * Tokens and how they are put together.
     *
     * @param merges pairs, the first to be merged first
     */
    record Merges(Map<String, Integer> ids, List<List<String>> merges) implements Units {}

    /**
     * Tokens with scores.
     *
     * @param pieces by id, which may be in another order than the file's
     * @param model the file's
     */
    record Pieces(Map<String, Integer> ids, List<Piece> pieces, SentencePieceModel model) implements Units {}

    /** Reads them from files of a format. */
    static Units read(TokenizerFiles files, TokenizerFamily family, VocabularyFormat format) {
        return switch (format) {
            case LINES -> new Words(files.lines());
            case MERGES -> new Merges(files.vocabulary(), files.merges());
            case SENTENCE_PIECE -> {
                SentencePieceModel model =
                        SentencePieceModel.read(format.find(files).orElseThrow());
                List<Piece> pieces = SentencePieceTokenizers.vocabulary(model, files, family);
                yield new Pieces(ids(files, pieces), pieces, model);
            }
        };
    }

    private static Map<String, Integer> ids(TokenizerFiles files, List<Piece> pieces) {
        Map<String, Integer> ids = LinkedHashMap.newLinkedHashMap(pieces.size());
        for (Piece piece : pieces) {
            Integer first = ids.putIfAbsent(piece.text(), ids.size());
            if (first != null) {
                throw new MalformedException("%s: piece \"%s\" has ids %d and %d"
                        .formatted(files.folder(), piece.text(), first, ids.size()));
            }
        }
        return ids;
    }
}
