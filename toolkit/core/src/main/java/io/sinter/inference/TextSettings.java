package io.sinter.inference;

import io.sinter.source.Companions;
import io.sinter.source.InputSet;
import io.sinter.source.ModelConfig;
import io.sinter.source.SentenceTransformers;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the files beside a model say about the texts that it reads. */
public final class TextSettings {

    private static final int DEFAULT_TOKENS = 512;

    private TextSettings() {}

    /**
     * Tokens kept of a text: as chosen; else as {@code sinter.json} says of the first reading of a graph of several
     * encoders; else as sentence-transformers' files say; else 512, or fewer if the model has
     * fewer positions or its tokenizer's {@code model_max_length} is less.
     */
    public static int maxTokens(Companions companions, OptionalInt chosen) {
        if (chosen.isPresent()) {
            return chosen.getAsInt();
        }
        List<InputSet> sets = companions.inputSets();
        if (!sets.isEmpty()) {
            return sets.getFirst().maxTokens();
        }
        OptionalInt declared = companions
                .sentenceTransformers()
                .map(SentenceTransformers::maxTokens)
                .orElse(OptionalInt.empty());
        return declared.orElseGet(
                () -> (int) Math.min(DEFAULT_TOKENS, companions.maxTokens().orElse(DEFAULT_TOKENS)));
    }

    /** The id that fills rows of a batch. */
    static long padId(Tokenizer tokenizer, Companions companions) {
        OptionalInt special = tokenizer.vocabulary().special(SpecialToken.PAD);
        if (special.isPresent()) {
            return special.getAsInt();
        }
        return companions
                .config()
                .map(ModelConfig::padTokenId)
                .orElse(OptionalLong.empty())
                .orElse(0);
    }
}
