package io.sinter.onnx.op;

import static io.sinter.tensor.DType.BFLOAT16;
import static io.sinter.tensor.DType.BOOL;
import static io.sinter.tensor.DType.DOUBLE;
import static io.sinter.tensor.DType.FLOAT;
import static io.sinter.tensor.DType.FLOAT16;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.tensor.DType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Operators that work element by element, and those whose output has the type of their first operand. */
final class ElementwiseRules {

    /** One floating-point operand; the output is of its type. */
    private static final List<String> FLOAT_UNARY = List.of(
            "Sqrt",
            "Exp",
            "Log",
            "Tanh",
            "Sigmoid",
            "Reciprocal",
            "Sin",
            "Cos",
            "Tan",
            "Asin",
            "Acos",
            "Atan",
            "Sinh",
            "Cosh",
            "Asinh",
            "Acosh",
            "Atanh",
            "Floor",
            "Ceil",
            "Round",
            "Softplus",
            "Softsign",
            "Elu",
            "Selu",
            "Celu",
            "Gelu",
            "Mish",
            "Swish",
            "HardSigmoid",
            "HardSwish",
            "LeakyRelu",
            "ThresholdedRelu",
            "LRN");

    /** The output has the type of the first operand. */
    private static final List<String> SAME_AS_FIRST = List.of(
            "Identity",
            "Neg",
            "Abs",
            "Sign",
            "Relu",
            "Erf",
            "Shrink",
            "BitwiseNot",
            "CumSum",
            "Trilu",
            "Clip",
            "InstanceNormalization",
            "GroupNormalization",
            "LpNormalization",
            "MeanVarianceNormalization",
            "ReverseSequence",
            "ScatterElements",
            "ScatterND",
            "Scatter",
            "RMSNormalization",
            "PRelu");

    private static final List<String> ARITHMETIC = List.of(
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Mod",
            "Max",
            "Min",
            "Sum",
            "Mean",
            "BitwiseAnd",
            "BitwiseOr",
            "BitwiseXor",
            "BitShift");

    private static final List<String> LOGICAL = List.of("And", "Or", "Xor");

    private static final List<String> COMPARISON = List.of("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual");

    private ElementwiseRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        FLOAT_UNARY.forEach(op -> rules.put(op, Rule.one(ElementwiseRules::floatUnary)));
        SAME_AS_FIRST.forEach(op -> rules.put(op, Rule.one(call -> call.type(0))));
        ARITHMETIC.forEach(op -> rules.put(op, Rule.one(ElementwiseRules::arithmetic)));
        LOGICAL.forEach(op -> rules.put(op, Rule.one(ElementwiseRules::logical)));
        COMPARISON.forEach(op -> rules.put(op, Rule.one(ElementwiseRules::comparison)));
        for (String op : List.of("Softmax", "LogSoftmax", "Hardmax")) {
            rules.put(op, Rule.one(ElementwiseRules::softmax));
        }
        for (String op : List.of("IsNaN", "IsInf")) {
            rules.put(op, Rule.one(call -> call.type(0) == null ? null : new TensorType(BOOL, call.shape(0))));
        }
        rules.put("Not", Rule.one(ElementwiseRules::not));
        rules.put("Pow", Rule.one(call -> call.typed(call.dtype(0), broadcast(call))));
        rules.put("Where", Rule.one(ElementwiseRules::where));
        rules.put("Cast", Rule.one(ElementwiseRules::cast));
        rules.put("CastLike", Rule.one(call -> call.typed(call.dtype(1), call.shape(0))));
        rules.put("Dropout", call -> Arrays.asList(call.type(0), new TensorType(BOOL, call.shape(0))));
        rules.put("LayerNormalization", ElementwiseRules::layerNormalization);
        rules.put("BatchNormalization", call -> Arrays.asList(call.type(0), call.type(3), call.type(4)));
        return rules;
    }

    /** The shape that all operands broadcast to, or null. */
    static @Nullable Shape broadcast(Call call) {
        Shape shape = call.shape(0);
        for (int i = 1; i < call.inputs().size(); i++) {
            shape = Dims.broadcast(call, shape, call.shape(i));
        }
        return shape;
    }

    private static @Nullable TensorType floatUnary(Call call) {
        call.require(0, FLOAT, FLOAT16, BFLOAT16, DOUBLE);
        return call.type(0);
    }

    private static @Nullable DType sharedByAll(Call call) {
        return call.shared(IntStream.range(0, call.inputs().size()).toArray());
    }

    private static @Nullable TensorType arithmetic(Call call) {
        DType dtype = sharedByAll(call);
        if (dtype == BOOL || dtype == DType.STRING) {
            throw call.error("no arithmetic on " + dtype + "; cast to a number");
        }
        return call.typed(dtype, broadcast(call));
    }

    private static TensorType logical(Call call) {
        call.require(0, BOOL);
        call.require(1, BOOL);
        return new TensorType(BOOL, broadcast(call));
    }

    private static TensorType comparison(Call call) {
        sharedByAll(call);
        return new TensorType(BOOL, broadcast(call));
    }

    private static TensorType not(Call call) {
        call.require(0, BOOL);
        return new TensorType(BOOL, call.shape(0));
    }

    private static @Nullable TensorType softmax(Call call) {
        call.require(0, FLOAT, FLOAT16, BFLOAT16, DOUBLE);
        Shape shape = call.shape(0);
        if (shape != null && shape.rank() > 0 && call.opset() >= 13) {
            call.axis(call.integer("axis", -1), shape.rank());
        }
        return call.type(0);
    }

    private static @Nullable TensorType where(Call call) {
        call.require(0, BOOL);
        return call.typed(call.shared(1, 2), broadcast(call));
    }

    private static @Nullable TensorType cast(Call call) {
        if (!(call.attributes().get("to") instanceof Attribute.Int(long to))) {
            throw call.error("the attribute \"to\" is missing");
        }
        DType dtype = DType.ofOnnx(to == (int) to ? (int) to : 0)
                .orElseThrow(() -> call.error("no element type has number " + to));
        return new TensorType(dtype, call.shape(0));
    }

    private static List<@Nullable TensorType> layerNormalization(Call call) {
        call.require(0, FLOAT, FLOAT16, BFLOAT16, DOUBLE);
        Shape shape = call.shape(0);
        if (shape != null) {
            int axis = call.axis(call.integer("axis", -1), shape.rank());
            Shape normalized = new Shape(shape.dims().subList(axis, shape.rank()));
            for (int operand = 1; operand < call.inputs().size(); operand++) {
                Shape given = Dims.broadcast(call, normalized, call.shape(operand));
                if (given != null && given.rank() > normalized.rank()) {
                    throw call.error("scale and bias may have the normalized axes %s only".formatted(normalized));
                }
            }
        }
        TensorType statistics = new TensorType(FLOAT, ReductionRules.trailing(call, shape));
        return Arrays.asList(call.type(0), statistics, statistics);
    }
}
