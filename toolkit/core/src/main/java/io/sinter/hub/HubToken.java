package io.sinter.hub;

import io.sinter.error.RecipeException;

/** A secret that says to a hub who asks; it is never printed. */
public final class HubToken {

    private final String secret;

    private HubToken(String secret) {
        this.secret = secret;
    }

    /**
     * A token.
     *
     * @param where it is from, for messages
     * @throws RecipeException if it has characters that cannot be in a header
     */
    public static HubToken of(String where, String secret) {
        if (secret.isEmpty() || secret.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new RecipeException(
                    "%s: no token: expected printable characters without spaces (hf_…)".formatted(where));
        }
        return new HubToken(secret);
    }

    /** The header's value. */
    String authorization() {
        return "Bearer " + secret;
    }

    @Override
    public String toString() {
        return "a token";
    }
}
