package io.sinter.onnx.pass.fuse;

/**
 * A structure that was found and not fused.
 *
 * @param where the node that stands for it, or the layer
 * @param reason what the operator cannot do, or what the pattern did not find
 */
public record Refusal(String where, String reason) {

    @Override
    public String toString() {
        return where + ": not fused: " + reason;
    }
}
