package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** A file, model, tensor or input that should be there and is not. */
public final class MissingException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public MissingException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public MissingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
