package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Operators that ONNX Runtime's optimizer put into a file, written in ONNX's own again: the opposite of the other fusions,
 * for graphs that are to run anywhere. A candidate is each node of another domain.
 */
public final class Unfusion implements Fusion {

    @Override
    public String name() {
        return "unfuse";
    }

    @Override
    public FusionCount fuse(Model model) {
        Rewrite rewrite = new Rewrite(model, Structure.FOREIGN_OPERATOR);
        for (Node node : List.copyOf(model.graph().nodes())) {
            if (node.domain().isEmpty()) {
                continue;
            }
            try {
                Ops ops = rewrite.before(node.output());
                rewrite.replace(node.output(), standard(node, new Parts(ops, node)));
            } catch (Unfit unfit) {
                rewrite.refuse(node, unfit.reason());
            }
        }
        return rewrite.count(0);
    }

    private static Value standard(Node node, Parts parts) throws Unfit {
        if (!node.domain().equals(MicrosoftOps.DOMAIN)) {
            throw new Unfit("domain \"" + node.domain() + "\" is not ONNX Runtime's");
        }
        return switch (node.opType()) {
            case "Gelu", "BiasGelu" -> parts.gelu(parts.biased());
            case "FastGelu" -> parts.fastGelu(parts.biased());
            case "QuickGelu" -> parts.quickGelu();
            case "SkipLayerNormalization" -> parts.skipLayerNormalization();
            case "FusedMatMul" -> parts.matMul();
            case "FusedGemm" -> parts.gemm();
            default -> throw new Unfit("how to write it in standard operators is not known");
        };
    }

    /** The formulas. */
    private record Parts(Ops ops, Node node) {

        Value input(int index) throws Unfit {
            Value value = node.input(index);
            if (value == null) {
                throw new Unfit("input %d is left out".formatted(index));
            }
            return value;
        }

        Value biased() throws Unfit {
            Value bias = node.input(1);
            return bias == null ? input(0) : ops.add(input(0), bias);
        }

        Value gelu(Value x) throws Unfit {
            Value cdf = ops.add(ops.erf(ops.div(x, number(Math.sqrt(2)))), number(1));
            return ops.mul(ops.mul(x, cdf), number(0.5));
        }

        Value fastGelu(Value x) throws Unfit {
            Value cube = ops.mul(ops.mul(x, ops.mul(x, x)), number(0.044715));
            Value inner = ops.mul(ops.add(x, cube), number(Math.sqrt(2 / Math.PI)));
            return ops.mul(ops.mul(x, number(0.5)), ops.add(ops.tanh(inner), number(1)));
        }

        Value quickGelu() throws Unfit {
            Value x = input(0);
            return ops.mul(x, ops.sigmoid(ops.mul(x, number(node.floatAttribute("alpha", 1.702f)))));
        }

        Value skipLayerNormalization() throws Unfit {
            if (node.outputs().size() > 1) {
                throw new Unfit("it hands out the sum");
            }
            Value bias = node.input(4);
            Value x = bias == null ? input(0) : ops.add(input(0), bias);
            return ops.layerNormalization(
                    ops.add(x, input(1)), input(2), node.input(3), -1, node.floatAttribute("epsilon", 1e-12f));
        }

        Value matMul() throws Unfit {
            if (node.intAttribute("transBatchA", 0) != 0 || node.intAttribute("transBatchB", 0) != 0) {
                throw new Unfit("it transposes stacks");
            }
            Value product = ops.matMul(transposed(0, "transA"), transposed(1, "transB"));
            float alpha = node.floatAttribute("alpha", 1);
            return alpha == 1 ? product : ops.mul(product, number(alpha));
        }

        Value gemm() throws Unfit {
            Map<String, Attribute> attributes = new LinkedHashMap<>();
            for (String name : List.of("alpha", "beta", "transA", "transB")) {
                Attribute attribute = node.attribute(name);
                if (attribute != null) {
                    attributes.put(name, attribute);
                }
            }
            Value product = ops.apply("Gemm", node.inputs(), attributes);
            String activation = node.attribute("activation") instanceof Attribute.Str s ? s.text() : "";
            return switch (activation) {
                case "Relu" -> ops.relu(product);
                case "Tanh" -> ops.tanh(product);
                case "Sigmoid" -> ops.sigmoid(product);
                default -> throw new Unfit("activation \"" + activation + "\" is not known");
            };
        }

        private Value transposed(int index, String flag) throws Unfit {
            Value x = input(index);
            if (node.intAttribute(flag, 0) == 0) {
                return x;
            }
            Shape shape = Rewrite.shape(x);
            if (shape == null) {
                throw new Unfit("the rank of \"%s\" is not known".formatted(x.name()));
            }
            int[] perm = new int[shape.rank()];
            for (int i = 0; i < perm.length; i++) {
                perm[i] = i < perm.length - 2 ? i : 2 * perm.length - 3 - i;
            }
            return ops.transpose(x, perm);
        }

        private Value number(double number) throws Unfit {
            TensorType type = input(0).type();
            if (type == null) {
                throw new Unfit("the element type is not known");
            }
            return ops.constant("number", Conversion.convert(TensorData.scalar((float) number), type.dtype()));
        }
    }
}
