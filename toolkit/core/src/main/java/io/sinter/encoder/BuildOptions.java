package io.sinter.encoder;

import io.sinter.onnx.pass.fuse.Target;
import org.jspecify.annotations.Nullable;

/**
 * How a graph is built.
 *
 * @param target what it is to run on
 * @param head what stands on top, or null for what the configuration says
 * @param tokenTypes whether {@code token_type_ids} is an input
 */
public record BuildOptions(Target target, @Nullable Head head, TokenTypes tokenTypes) {

    /** For any ONNX implementation, with the configuration's head and all inputs. */
    public static final BuildOptions PORTABLE = new BuildOptions(Target.PORTABLE, null, TokenTypes.INPUT);

    /** What becomes of {@code token_type_ids} where the family has them. */
    public enum TokenTypes {
        /** They are an input. */
        INPUT,
        /** They are 0. */
        ZERO
    }

    /** The same for another target. */
    public BuildOptions withTarget(Target other) {
        return new BuildOptions(other, head, tokenTypes);
    }

    /** The same with another head. */
    public BuildOptions withHead(@Nullable Head other) {
        return new BuildOptions(target, other, tokenTypes);
    }
}
