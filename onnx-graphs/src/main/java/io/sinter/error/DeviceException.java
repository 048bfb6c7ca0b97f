package io.sinter.error;

import org.jspecify.annotations.Nullable;

/** A device, a native library or the runtime on it is absent or failed. */
public final class DeviceException extends SinterException {

    private static final long serialVersionUID = 1L;

    /** An error whose message is for the user. */
    public DeviceException(String message) {
        super(message, null);
    }

    /** An error whose message is for the user, and what caused it. */
    public DeviceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
