package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the declared shapes of values within the main graph by those that follow from the inputs. Some optimizers give
 * each extent a name of its own ({@code unk__27}), which hides that extents are equal. An extent that was declared fixed
 * stays so; outputs keep their declaration.
 */
public final class Retype implements GraphPass {

    @Override
    public String name() {
        return "retype";
    }

    @Override
    public PassResult run(Model model) {
        List<String> changes = new ArrayList<>();
        for (Node node : model.graph().nodes()) {
            List<@Nullable TensorType> inferred = Extents.refine(node, infer(node, model.opset()));
            for (int i = 0; i < node.outputs().size(); i++) {
                Value value = node.outputs().get(i);
                if (value == null || model.graph().isOutput(value)) {
                    continue;
                }
                TensorType better = better(value.type(), inferred.get(i));
                if (!Objects.equals(better, value.type())) {
                    changes.add("\"%s\" is %s".formatted(value.name(), better));
                    value.setType(better);
                }
            }
        }
        return PassResult.of(changes);
    }

    private static List<@Nullable TensorType> infer(Node node, long opset) {
        try {
            return ShapeInference.infer(node, opset);
        } catch (IllegalArgumentException e) {
            return Collections.nCopies(node.outputs().size(), null);
        }
    }

    private static @Nullable TensorType better(@Nullable TensorType declared, @Nullable TensorType inferred) {
        if (inferred == null || (declared != null && declared.dtype() != inferred.dtype())) {
            return declared;
        }
        Shape shape = inferred.shape();
        Shape known = declared == null ? null : declared.shape();
        if (shape == null || known == null || known.rank() != shape.rank()) {
            return shape == null ? declared : inferred;
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            boolean isKnown = known.dim(i) instanceof Dim.Known && !(shape.dim(i) instanceof Dim.Known);
            dims.add(isKnown ? known.dim(i) : shape.dim(i));
        }
        return new TensorType(inferred.dtype(), new Shape(dims));
    }
}
