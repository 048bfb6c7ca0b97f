package io.sinter.pooling;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How one vector is made of the vectors of a text's tokens. Positions whose mask is 0 never count. */
public enum Pooling {
    /** The first token's vector, wherever the padding is; the first position's for a text without tokens. */
    CLS,
    /** The mean over the tokens; zero for a text without tokens. */
    MEAN,
    /** The largest component over the tokens; zero for a text without tokens. */
    MAX,
    /** The last token's vector, wherever the padding is; the first position's for a text without tokens. */
    LAST_TOKEN,
    /** The mean over the tokens, the one at place i (from 1, padding counted) weighing i; zero for a text without tokens. */
    WEIGHTED_MEAN,
    /** The sum over the tokens divided by the root of their number; zero for a text without tokens. */
    MEAN_SQRT_LEN;

    /** The kebab-case name in recipes. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of that name, if there is one. */
    public static Optional<Pooling> named(String label) {
        return Arrays.stream(values()).filter(p -> p.label().equals(label)).findFirst();
    }
}
