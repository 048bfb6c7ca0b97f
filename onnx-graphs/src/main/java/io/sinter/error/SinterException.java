package io.sinter.error;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Something that a user can act on. The message says where, what is wrong, what was found and expected, and what to do.
 *
 * <p>Mistakes of a calling program (a null, a rank that cannot be) are {@link IllegalArgumentException}s instead.
 */
public abstract sealed class SinterException extends RuntimeException
        permits DeviceException,
                IncompatibleException,
                MalformedException,
                MissingException,
                OutputException,
                RecipeException,
                UnsupportedException,
                VerificationException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user, with what caused it, if anything did. */
    protected SinterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What to throw for a failure in another thread: the user's error, where that is behind it, or the failure itself. */
    public static RuntimeException behind(CompletionException failure) {
        return failure.getCause() instanceof SinterException known ? known : failure;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
