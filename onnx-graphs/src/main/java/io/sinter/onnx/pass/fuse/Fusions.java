package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.onnx.pass.Prune;
import java.util.ArrayList;
import java.util.List;

/** The fusions of each target. */
public final class Fusions {

    private static final Pipeline EXTENTS =
            new Pipeline("extents", List.of(new Retype(), new ConstantReshape(), new Prune()));

    private Fusions() {}

    /**
     * Fuses what the target has operators for, in place: opset raised to 17 where it is below, constants folded, nothing
     * unused left, and reshapes without shape arithmetic. Names, types and meaning of inputs and outputs stay.
     *
     * @throws io.sinter.error.UnsupportedException if the opset cannot be raised
     */
    public static FusionReport fuse(Model model, Target target) {
        int before = model.graph().nodes().size();
        Pipeline.PREPARE.run(model);
        EXTENTS.run(model);
        List<FusionCount> counts = new ArrayList<>();
        List<GraphPass> passes = of(target).stream()
                .map(fusion -> (GraphPass) new Counting(fusion, counts))
                .toList();
        new Pipeline("fuse", passes).run(model);
        Pipeline.CLEAN.run(model);
        return new FusionReport(target, before, model.graph().nodes().size(), counts);
    }

    /** The fusions of a target, in order. */
    public static List<Fusion> of(Target target) {
        return switch (target) {
            case PORTABLE -> List.of(new Unfusion(), new LayerNormFusion(), new PaddingMaskFusion());
            case CPU, CUDA ->
                List.of(
                        new LayerNormFusion(),
                        new RmsNormFusion(),
                        new EmbeddingFusion(),
                        new SkipLayerNormFusion(),
                        new SkipRmsNormFusion(),
                        new GeluFusion(),
                        new BiasGeluFusion(),
                        new RotaryFusion(),
                        new AttentionFusion());
        };
    }

    /** A fusion in a pipeline, which keeps its count. */
    private record Counting(Fusion fusion, List<FusionCount> counts) implements GraphPass {

        @Override
        public String name() {
            return fusion.name();
        }

        @Override
        public PassResult run(Model model) {
            FusionCount count = fusion.fuse(model);
            counts.add(count);
            return count.asResult();
        }
    }
}
