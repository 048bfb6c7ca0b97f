package io.sinter.onnx.pass.fuse;

/** Why a candidate is not what the operator computes; the message is the reason of a {@link Refusal}. */
final class Unfit extends Exception {

    private static final long serialVersionUID = 1;

    Unfit(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
