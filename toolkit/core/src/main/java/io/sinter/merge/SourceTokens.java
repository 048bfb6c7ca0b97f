package io.sinter.merge;

import io.sinter.source.ModelSource;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.vocabulary.TokenForms;
import java.util.Optional;

/**
 * What a source's rows stand for.
 *
 * @param name in the recipe
 * @param rows of its table
 * @param tokenizer that makes ids of texts; word vectors have none
 * @param vocabulary tokens and ids
 * @param forms what the tokens stand for
 */
record SourceTokens(String name, int rows, Optional<TokenizerJson> tokenizer, Vocabulary vocabulary, TokenForms forms) {

    /** A source's tokens; nothing where its files do not say what they are. */
    static Optional<SourceTokens> of(String name, long rows, ModelSource source) {
        int count = Math.toIntExact(rows);
        Optional<TokenizerJson> tokenizer = source.findTokenizer();
        if (tokenizer.isPresent()) {
            TokenizerJson json = tokenizer.get();
            return Optional.of(new SourceTokens(name, count, tokenizer, json.vocabulary(), TokenForms.of(json)));
        }
        return source.vocabulary()
                .map(words -> new SourceTokens(name, count, tokenizer, words, TokenForms.ofWords(words)));
    }
}
