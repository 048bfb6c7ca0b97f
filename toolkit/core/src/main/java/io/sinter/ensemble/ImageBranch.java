package io.sinter.ensemble;

import io.sinter.encoder.ImageInput;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.TensorType;
import io.sinter.recipe.ModelEntry;
import io.sinter.source.ModelSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoder of pictures.
 *
 * @param encoder the model
 * @param pixels what it reads, float32 {@code [images, 3, height, width]}
 * @param width of its vectors
 * @param bytes of its graph's constants
 */
public record ImageBranch(ImageEncoder encoder, TensorType pixels, long width, long bytes) implements Branch {

    static ImageBranch of(ImageEncoder encoder) {
        Model model = encoder.model();
        return new ImageBranch(
                encoder, encoder.pixels(model), encoder.width(model), EnsembleGraph.constantBytes(model.graph()));
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
    public List<BranchInput> inputs() {
        String name = ImageInput.PIXEL_VALUES.label();
        return List.of(new BranchInput(name, name, pixels));
    }

    @Override
    public Dim length() {
        return Dim.unknown();
    }

    @Override
    public @Nullable String spans() {
        return null;
    }

    @Override
    public String vectors() {
        return encoder.vectors();
    }

    @Override
    public Model model() {
        return encoder.model();
    }
}
