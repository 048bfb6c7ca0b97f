package io.sinter.ensemble;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.recipe.ModelEntry;
import io.sinter.source.InputSet;
import io.sinter.source.ModelSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text encoder.
 *
 * @param encoder the model
 * @param set how it reads texts
 * @param inputs what it reads, of that set
 * @param width of its vectors
 * @param bytes of its graph's constants
 */
public record TextBranch(TextEncoder encoder, InputSet set, List<BranchInput> inputs, long width, long bytes)
        implements Branch {

    /** Copies the list. */
    public TextBranch {
        inputs = List.copyOf(inputs);
    }

    @Override
    public ModelEntry entry() {
        return encoder.entry();
    }

    @Override
    public ModelSource source() {
        return encoder.source();
    }

    @Override
    public Dim length() {
        return Dim.of(TextPorts.sequence(set));
    }

    @Override
    public @Nullable String spans() {
        return set.spans();
    }

    @Override
    public String vectors() {
        return encoder.level() == Level.TOKEN ? "tokens" : encoder.pooling();
    }

    @Override
    public Model model() {
        return encoder.model();
    }
}
