package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** A file that does not keep to its format. */
public final class MalformedException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public MalformedException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public MalformedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
