package io.sinter.optimize;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.onnx.pass.precision.EmbeddingFormat;
import io.sinter.onnx.pass.precision.Skip;
import java.util.Optional;

/**
 * What a graph is to become.
 *
 * <table>
 * <caption>What is done for a target and a precision</caption>
 * <tr><th></th><th>portable</th><th>cpu</th><th>cuda</th></tr>
 * <tr><td>float32</td><td colspan="3">fused for the target; numbers stay as they are</td></tr>
 * <tr><td>float16</td><td>computed in 16 bits</td><td>stored in 16 bits, computed in float32</td><td>computed in 16 bits</td></tr>
 * <tr><td>bfloat16</td><td colspan="2">stored in 16 bits, computed in float32</td><td>computed in 16 bits</td></tr>
 * <tr><td>int8</td><td colspan="2">matrix products in 8 bits, rounded as they come</td><td>refused</td></tr>
 * </table>
 *
 * ONNX Runtime's CPU provider has no 16-bit arithmetic to speak of: it casts around float16 nodes one by one, and computes
 * nothing in bfloat16.
 *
 * @param target what it runs on
 * @param dtype how many bits its numbers get
 * @param embedding how the rows of the token-embedding table are stored, if otherwise than the rest
 * @param skip what keeps float32, by name
 */
public record OptimizeOptions(Target target, Precision dtype, Optional<EmbeddingFormat> embedding, Skip skip) {

    /**
     * Checks that they go together.
     *
     * @throws UnsupportedException if not, with what does
     */
    public OptimizeOptions {
        if (target == Target.CUDA && dtype == Precision.INT8) {
            throw new UnsupportedException(
                    "dtype int8, target cuda: ONNX Runtime quantises products dynamically on the CPU only; use float16 for cuda, or int8 for cpu");
        }
        if (target == Target.PORTABLE
                && embedding.filter(EmbeddingFormat.INT4::equals).isPresent()) {
            throw new UnsupportedException(
                    "embedding int4, target portable: rows of 4 bits need ONNX Runtime's GatherBlockQuantized; use int8 rows, or target cpu or cuda");
        }
    }

    /** Only fused, in float32. */
    public static OptimizeOptions of(Target target) {
        return new OptimizeOptions(target, Precision.FLOAT32, Optional.empty(), Skip.NONE);
    }

    /** The same in other bits. */
    public OptimizeOptions withDtype(Precision value) {
        return new OptimizeOptions(target, value, embedding, skip);
    }

    /** The same with a table stored so. */
    public OptimizeOptions withEmbedding(EmbeddingFormat value) {
        return new OptimizeOptions(target, dtype, Optional.of(value), skip);
    }

    /** The same, these parts left in float32. */
    public OptimizeOptions withSkip(Skip value) {
        return new OptimizeOptions(target, dtype, embedding, value);
    }

    /** Whether any number loses bits. */
    public boolean reduces() {
        return dtype != Precision.FLOAT32 || embedding.isPresent();
    }
}
