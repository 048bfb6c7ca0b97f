package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** Models that do not fit together: shapes, vocabularies, widths, architectures. */
public final class IncompatibleException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public IncompatibleException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public IncompatibleException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
