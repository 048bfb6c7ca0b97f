package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Operators that relate the elements along an axis to each other. */
final class NormalizationGradients {

    private NormalizationGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put("Softmax", GradientRule.of(NormalizationGradients::softmax));
        rules.put("LogSoftmax", GradientRule.of(NormalizationGradients::logSoftmax));
        rules.put("LayerNormalization", NormalizationGradients::layerNormalization);
        return rules;
    }

    /** y · (dy − Σ dy·y). */
    private static Value softmax(Ops ops, Adjoint at) {
        Value weighted = ops.mul(at.dy(), at.y());
        return ops.sub(weighted, ops.mul(at.y(), sum(ops, at, weighted)));
    }

    /** dy − e^y · Σ dy. */
    private static Value logSoftmax(Ops ops, Adjoint at) {
        return ops.sub(at.dy(), ops.mul(ops.exp(at.y()), sum(ops, at, at.dy())));
    }

    private static Value sum(Ops ops, Adjoint at, Value x) {
        return ops.reduceSum(x, List.of(at.node().intAttribute("axis", -1)), KeepDims.KEEP);
    }

    /**
     * With z the normalised x, r = 1 / √(variance + ε) and g = dy · scale: dx = r · (g − mean g − z · mean(g · z)),
     * dscale = Σ dy · z, dbias = Σ dy.
     */
    private static List<@Nullable Value> layerNormalization(Ops ops, Adjoint at) {
        int rank = at.shape(at.x()).rank();
        List<Long> axes =
                LongStream.range(at.axis("axis", -1, at.x()), rank).boxed().toList();
        Value centred = ops.sub(at.x(), ops.reduceMean(at.x(), axes, KeepDims.KEEP));
        Value variance = ops.reduceMean(ops.mul(centred, centred), axes, KeepDims.KEEP);
        Value epsilon = at.number(ops, at.node().floatAttribute("epsilon", 1e-5f));
        Value deviation = ops.sqrt(ops.add(variance, epsilon));
        Value z = ops.div(centred, deviation);
        Value dx = null;
        if (at.wants(0)) {
            Value g = ops.mul(at.dy(), at.x(1));
            Value along = ops.mul(z, ops.reduceMean(ops.mul(g, z), axes, KeepDims.KEEP));
            Value across = ops.sub(ops.sub(g, ops.reduceMean(g, axes, KeepDims.KEEP)), along);
            dx = ops.div(across, deviation);
        }
        Value dScale = at.wants(1) ? Extents.sumTo(ops, ops.mul(at.dy(), z), at.x(1)) : null;
        Value dBias = at.wants(2) ? Extents.sumTo(ops, at.dy(), at.x(2)) : null;
        return Arrays.asList(dx, dScale, dBias);
    }
}
