package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** A recipe that cannot be followed: an unknown key, a value out of range, a missing part. */
public final class RecipeException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public RecipeException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public RecipeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
