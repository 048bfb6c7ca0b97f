package io.sinter.ensemble;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.recipe.ModelEntry;
import io.sinter.source.ModelSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One encoder of a graph of several. */
public sealed interface Branch permits TextBranch, ImageBranch {

    /** Its entry in the recipe. */
    ModelEntry entry();

    /** Where it is from. */
    ModelSource source();

    /** What it reads. */
    List<BranchInput> inputs();

    /** Width of its vectors. */
    long width();

    /** What the number of its tokens is called, where it makes vectors of tokens. */
    Dim length();

    /**
     * The input with spans of its tokens, by which they are brought to those of the first set; null where it reads the
     * first set, or makes sentence vectors.
     */
    @Nullable
    String spans();

    /** Bytes of its graph's constants. */
    long bytes();

    /** How its vectors are made, in words. */
    String vectors();

    /**
     * Its graph: a new model each time, which the caller may change. Its inputs have their {@linkplain BranchInput#own own}
     * names; its one output holds floats, {@code [B, d]} at the level of sentences, {@code [B, S, d]} at that of tokens.
     */
    Model model();

    /** What the rest of the recipe calls it; what the names of its nodes begin with. */
    default String name() {
        return entry().name();
    }
}
