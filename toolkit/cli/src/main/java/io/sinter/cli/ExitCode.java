package io.sinter.cli;

import io.sinter.error.DeviceException;
import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.OutputException;
import io.sinter.error.RecipeException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.error.VerificationException;

/** Exit codes: one for each kind of error that a script may want to tell apart. */
enum ExitCode {
    OK(0, "everything worked"),
    INTERNAL(1, "a defect in Sinter; the stack trace is for a bug report"),
    USAGE(2, "wrong options or a recipe that cannot be followed"),
    MALFORMED(3, "a file that does not keep to its format"),
    INCOMPATIBLE(4, "models, tables or tensors that do not fit together"),
    MISSING(5, "a file, model or tensor that is not there"),
    OUTPUT(6, "an output that exists, cannot be written or does not fit on the disk"),
    DEVICE(7, "a device or native library that is absent or failed; too little memory"),
    UNSUPPORTED(8, "something valid that Sinter does not handle"),
    VERIFICATION(9, "a model that is not what it should be"),
    INTERRUPTED(130, "stopped by Ctrl-C");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    /** The one place where errors become exit codes. */
    static ExitCode of(SinterException error) {
        return switch (error) {
            case RecipeException e -> USAGE;
            case MalformedException e -> MALFORMED;
            case IncompatibleException e -> INCOMPATIBLE;
            case MissingException e -> MISSING;
            case OutputException e -> OUTPUT;
            case DeviceException e -> DEVICE;
            case UnsupportedException e -> UNSUPPORTED;
            case VerificationException e -> VERIFICATION;
        };
    }
}
