package io.sinter.encoder;

import io.sinter.onnx.op.Opsets;
import io.sinter.onnx.pass.fuse.Target;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a graph is built.
 *
 * @param target what it is to run on
 * @param head what stands on top, or null for what the configuration says
 * @param tokenTypes whether {@code token_type_ids} is an input
 * @param tower which part of a model of texts and pictures
 * @param opset the version of ONNX's own operators, {@value Opsets#EMITTED} or more
 */
public record BuildOptions(Target target, @Nullable Head head, TokenTypes tokenTypes, Tower tower, long opset) {

    /** For any ONNX implementation, with the configuration's head and all inputs. */
    public static final BuildOptions PORTABLE =
            new BuildOptions(Target.PORTABLE, null, TokenTypes.INPUT, Tower.BOTH, Opsets.EMITTED);

    /** What becomes of {@code token_type_ids} where the family has them. */
    public enum TokenTypes {
        /** They are an input. */
        INPUT,
        /** They are 0. */
        ZERO
    }

    /** Which part of a model that has a tower for texts and one for pictures; other models have but one part. */
    public enum Tower {
        /** Both, with the scores between them. */
        BOTH,
        /** That for texts. */
        TEXT,
        /** That for pictures. */
        IMAGE;

        /** The name on the command line. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The same for another target. */
    public BuildOptions withTarget(Target other) {
        return new BuildOptions(other, head, tokenTypes, tower, opset);
    }

    /** The same with another head. */
    public BuildOptions withHead(@Nullable Head other) {
        return new BuildOptions(target, other, tokenTypes, tower, opset);
    }

    /** The same for another tower. */
    public BuildOptions withTower(Tower other) {
        return new BuildOptions(target, head, tokenTypes, other, opset);
    }

    /** The same of another version of ONNX's operators. */
    public BuildOptions withOpset(long other) {
        return new BuildOptions(target, head, tokenTypes, tower, other);
    }
}
