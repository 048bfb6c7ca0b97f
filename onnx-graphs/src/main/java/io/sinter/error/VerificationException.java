package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** A model that was read and run, and is not what it should be. */
public final class VerificationException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public VerificationException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public VerificationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
