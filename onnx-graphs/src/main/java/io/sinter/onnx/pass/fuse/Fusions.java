package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.Pipeline;
import java.util.ArrayList;
import java.util.List;

/** The fusions of each target. */
public final class Fusions {

    private Fusions() {}

    /**
     * Fuses what the target has operators for, in place: opset raised to 17 where it is below, constants folded, nothing
     * unused left. Names, types and meaning of inputs and outputs stay.
     *
     * @throws io.sinter.error.UnsupportedException if the opset cannot be raised
     */
    public static FusionReport fuse(Model model, Target target) {
        int before = model.graph().nodes().size();
        Pipeline.PREPARE.run(model);
        new Retype().run(model);
        List<FusionCount> counts = new ArrayList<>();
        for (Fusion fusion : of(target)) {
            counts.add(fusion.fuse(model));
        }
        Pipeline.CLEAN.run(model);
        return new FusionReport(target, before, model.graph().nodes().size(), counts);
    }

    /** The fusions of a target, in order. */
    public static List<Fusion> of(Target target) {
        return switch (target) {
            case PORTABLE -> List.of(new LayerNormFusion());
            case CPU, CUDA ->
                List.of(
                        new LayerNormFusion(),
                        new EmbeddingFusion(),
                        new SkipLayerNormFusion(),
                        new GeluFusion(),
                        new BiasGeluFusion(),
                        new AttentionFusion());
        };
    }
}
