package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** Something valid that Sinter does not handle (yet), such as an operator or a model type. */
public final class UnsupportedException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public UnsupportedException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public UnsupportedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
