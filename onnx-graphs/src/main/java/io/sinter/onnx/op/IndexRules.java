package io.sinter.onnx.op;

import static io.sinter.tensor.DType.INT32;
import static io.sinter.tensor.DType.INT64;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that look up elements by index. */
final class IndexRules {

    private IndexRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        rules.put("Gather", Rule.one(IndexRules::gather));
        rules.put("GatherElements", Rule.one(IndexRules::gatherElements));
        rules.put("GatherND", Rule.one(IndexRules::gatherNd));
        rules.put("OneHot", Rule.one(IndexRules::oneHot));
        rules.put("NonZero", Rule.one(IndexRules::nonZero));
        return rules;
    }

    private static @Nullable TensorType gather(Call call) {
        call.require(1, INT32, INT64);
        Shape data = call.shape(0);
        Shape indices = call.shape(1);
        if (data == null || indices == null) {
            return call.typed(call.dtype(0), null);
        }
        int axis = call.axis(call.integer("axis", 0), data.rank());
        List<Dim> dims = new ArrayList<>(data.dims().subList(0, axis));
        dims.addAll(indices.dims());
        dims.addAll(data.dims().subList(axis + 1, data.rank()));
        return call.typed(call.dtype(0), new Shape(dims));
    }

    private static @Nullable TensorType gatherElements(Call call) {
        call.require(1, INT32, INT64);
        Shape data = call.shape(0);
        Shape indices = call.shape(1);
        if (data != null && indices != null && data.rank() != indices.rank()) {
            throw call.error("data and indices must have one rank");
        }
        return call.typed(call.dtype(0), indices);
    }

    private static @Nullable TensorType gatherNd(Call call) {
        call.require(1, INT64);
        Shape data = call.shape(0);
        Shape indices = call.shape(1);
        int batch = (int) call.integer("batch_dims", 0);
        if (data == null
                || indices == null
                || indices.rank() == 0
                || !(indices.dim(-1) instanceof Dim.Known(long depth))) {
            return call.typed(call.dtype(0), null);
        }
        if (batch < 0 || batch >= indices.rank() || batch + depth > data.rank()) {
            throw call.error("indices reach %d axes deep after %d batch axes".formatted(depth, batch));
        }
        List<Dim> dims = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
        dims.addAll(data.dims().subList(batch + (int) depth, data.rank()));
        return call.typed(call.dtype(0), new Shape(dims));
    }

    private static @Nullable TensorType oneHot(Call call) {
        Shape indices = call.shape(0);
        if (indices == null) {
            return call.typed(call.dtype(2), null);
        }
        Dim depth = call.numbers(1)
                .filter(n -> n.size() == 1 && n.getFirst() >= 0)
                .map(n -> Dim.of(n.getFirst()))
                .orElseGet(Dim::unknown);
        List<Dim> dims = new ArrayList<>(indices.dims());
        dims.add(call.axis(call.integer("axis", -1), indices.rank() + 1), depth);
        return call.typed(call.dtype(2), new Shape(dims));
    }

    private static TensorType nonZero(Call call) {
        Shape shape = call.shape(0);
        return new TensorType(INT64, shape == null ? null : new Shape(List.of(Dim.of(shape.rank()), Dim.unknown())));
    }
}
