package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** An output that exists already, cannot be written or does not fit on the disk. */
public final class OutputException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public OutputException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public OutputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
