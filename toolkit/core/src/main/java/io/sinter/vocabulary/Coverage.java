package io.sinter.vocabulary;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How much of a vocabulary another one has.
 *
 * @param counts tokens by how they matched, all kinds of tokens
 * @param textTokens tokens that stand for text
 * @param textMatched those of them with a counterpart
 */
public record Coverage(Map<Match, Integer> counts, int textTokens, int textMatched) {

    /** Copies the map; a level without tokens counts 0. */
    public Coverage {
        Map<Match, Integer> all = new EnumMap<>(Match.class);
        for (Match match : Match.values()) {
            all.put(match, counts.getOrDefault(match, 0));
        }
        counts = Collections.unmodifiableMap(all);
    }

    /** Tokens that matched in this way. */
    public int count(Match match) {
        return counts.getOrDefault(match, 0);
    }

    /** The part of the tokens for text that have a counterpart, 0 to 1; 0 if there are none. */
    public double share() {
        return textTokens == 0 ? 0 : (double) textMatched / textTokens;
    }
}
