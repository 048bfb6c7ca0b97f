package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Looking up, joining, cutting and making small constants. */
final class MovementFolds {

    private MovementFolds() {}

    static Map<String, Fold> folds() {
        Map<String, Fold> folds = new HashMap<>();
        folds.put("Gather", MovementFolds::gather);
        folds.put("Concat", MovementFolds::concat);
        folds.put("Unsqueeze", MovementFolds::unsqueeze);
        folds.put("Squeeze", MovementFolds::squeeze);
        folds.put("Slice", MovementFolds::slice);
        folds.put("Reshape", MovementFolds::reshape);
        folds.put("Transpose", MovementFolds::transpose);
        folds.put("Expand", MovementFolds::expand);
        folds.put("ConstantOfShape", MovementFolds::constantOfShape);
        folds.put("Range", MovementFolds::range);
        return folds;
    }

    /** The axis counted from the start, or -1 if there is none such. */
    private static int axis(long axis, int rank) {
        return axis < -rank || axis >= rank ? -1 : (int) (axis < 0 ? axis + rank : axis);
    }

    private static @Nullable SmallTensor gather(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor data = Fold.operand(inputs, 0);
        SmallTensor indices = Fold.operand(inputs, 1);
        int axis = data == null ? -1 : axis(node.intAttribute("axis", 0), data.rank());
        if (data == null || indices == null || axis < 0) {
            return null;
        }
        List<Long> shape = new ArrayList<>(data.shape().subList(0, axis));
        shape.addAll(indices.shape());
        shape.addAll(data.shape().subList(axis + 1, data.rank()));
        int size = Strides.size(shape);
        if (size < 0) {
            return null;
        }
        int extent = data.shape().get(axis).intValue();
        int inner = Strides.of(data.shape())[axis];
        int[] places = new int[size];
        int count = indices.elements().length;
        for (int i = 0; i < size; i++) {
            long index = indices.elements()[i / inner % count];
            if (index < -extent || index >= extent) {
                return null;
            }
            int row = (int) (index < 0 ? index + extent : index);
            places[i] = (i / (inner * count) * extent + row) * inner + i % inner;
        }
        return data.pick(shape, places);
    }

    private static @Nullable SmallTensor concat(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor first = Fold.operand(inputs, 0);
        int axis = first == null ? -1 : axis(node.intAttribute("axis", 0), first.rank());
        if (first == null || axis < 0) {
            return null;
        }
        List<Long> shape = new ArrayList<>(first.shape());
        shape.set(axis, 0L);
        for (SmallTensor part : inputs) {
            if (part == null || part.dtype() != first.dtype() || !fits(first.shape(), part.shape(), axis)) {
                return null;
            }
            shape.set(axis, shape.get(axis) + part.shape().get(axis));
        }
        int size = Strides.size(shape);
        if (size < 0) {
            return null;
        }
        int inner = Strides.of(shape)[axis];
        int stride = shape.get(axis).intValue() * inner;
        long[] elements = new long[size];
        int offset = 0;
        for (SmallTensor part : inputs) {
            int block = part == null ? 0 : part.shape().get(axis).intValue() * inner;
            for (int i = 0; block > 0 && part != null && i < part.elements().length; i++) {
                elements[i / block * stride + offset + i % block] = part.elements()[i];
            }
            offset += block;
        }
        return new SmallTensor(first.dtype(), shape, elements);
    }

    private static boolean fits(List<Long> a, List<Long> b, int except) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (i != except && !a.get(i).equals(b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable SmallTensor unsqueeze(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor x = Fold.operand(inputs, 0);
        List<Long> axes = Fold.axes(node, inputs);
        if (x == null || axes == null) {
            return null;
        }
        int rank = x.rank() + axes.size();
        TreeSet<Integer> places = new TreeSet<>();
        axes.forEach(a -> places.add(axis(a, rank)));
        if (places.contains(-1) || places.size() != axes.size()) {
            return null;
        }
        List<Long> shape = new ArrayList<>(x.shape());
        places.forEach(place -> shape.add(place, 1L));
        return x.reshape(shape);
    }

    private static @Nullable SmallTensor squeeze(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor x = Fold.operand(inputs, 0);
        if (x == null) {
            return null;
        }
        List<Long> axes = Fold.axes(node, inputs);
        List<Long> shape = new ArrayList<>(x.shape());
        if (axes == null) {
            shape.removeIf(extent -> extent == 1);
            return x.reshape(shape);
        }
        TreeSet<Integer> places = new TreeSet<>();
        axes.forEach(a -> places.add(axis(a, x.rank())));
        for (int place : places.descendingSet()) {
            if (place < 0 || shape.remove(place) != 1) {
                return null;
            }
        }
        return x.reshape(shape);
    }

    private static @Nullable SmallTensor slice(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor x = Fold.operand(inputs, 0);
        List<Long> starts = bounds(node, inputs, 1, "starts");
        List<Long> ends = bounds(node, inputs, 2, "ends");
        if (x == null || starts == null || ends == null || starts.size() != ends.size()) {
            return null;
        }
        int count = starts.size();
        List<Long> given = bounds(node, inputs, 3, "axes");
        List<Long> axes = given == null ? LongStream.range(0, count).boxed().toList() : given;
        List<Long> steps = bounds(node, inputs, 4, "steps");
        List<Long> shape = new ArrayList<>(x.shape());
        int[] strides = Strides.of(x.shape());
        int start = 0;
        for (int i = 0; i < count; i++) {
            int axis = axis(axes.get(i), x.rank());
            long step = steps == null ? 1 : steps.get(i);
            if (axis < 0 || step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
                return null;
            }
            long extent = x.shape().get(axis);
            long from = clamp(starts.get(i), extent, step);
            long to = clamp(ends.get(i), extent, step);
            long length = Math.max(0, Math.ceilDiv(to - from, step));
            shape.set(axis, length);
            start += length == 0 ? 0 : (int) from * strides[axis];
            strides[axis] *= (int) step;
        }
        return x.pick(shape, Strides.walk(shape, strides, start));
    }

    private static @Nullable List<Long> bounds(
            Node node, List<@Nullable SmallTensor> inputs, int operand, String attribute) {
        SmallTensor tensor = Fold.operand(inputs, operand);
        return tensor == null
                ? node.intsAttribute(attribute).orElse(null)
                : Arrays.stream(tensor.elements()).boxed().toList();
    }

    private static long clamp(long bound, long extent, long step) {
        long fromStart = bound < 0 ? Math.max(bound, -extent - 1) + extent : bound;
        return step > 0 ? Math.clamp(fromStart, 0, extent) : Math.clamp(fromStart, -1, Math.max(-1, extent - 1));
    }

    private static @Nullable SmallTensor reshape(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor x = Fold.operand(inputs, 0);
        SmallTensor target = Fold.operand(inputs, 1);
        if (x == null || target == null) {
            return null;
        }
        List<Long> shape = new ArrayList<>();
        int open = -1;
        for (int i = 0; i < target.elements().length; i++) {
            long extent = target.elements()[i];
            if (extent == 0 && node.intAttribute("allowzero", 0) == 0) {
                extent = i < x.rank() ? x.shape().get(i) : -2;
            }
            if (extent < -1 || (extent == -1 && open >= 0)) {
                return null;
            }
            open = extent == -1 ? i : open;
            shape.add(extent == -1 ? 1 : extent);
        }
        int rest = Strides.size(shape);
        int size = x.elements().length;
        if (open >= 0 && rest > 0 && size % rest == 0) {
            shape.set(open, (long) size / rest);
        }
        return Strides.size(shape) == size ? x.reshape(shape) : null;
    }

    private static @Nullable SmallTensor transpose(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor x = Fold.operand(inputs, 0);
        if (x == null) {
            return null;
        }
        List<Long> perm = node.intsAttribute("perm")
                .orElseGet(() -> LongStream.range(0, x.rank()).boxed().toList().reversed());
        if (perm.size() != x.rank() || perm.stream().anyMatch(p -> axis(p, x.rank()) < 0)) {
            return null;
        }
        int[] own = Strides.of(x.shape());
        List<Long> shape = perm.stream().map(p -> x.shape().get(p.intValue())).toList();
        return x.pick(
                shape,
                Strides.walk(
                        shape, perm.stream().mapToInt(p -> own[p.intValue()]).toArray(), 0));
    }

    private static @Nullable SmallTensor expand(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor x = Fold.operand(inputs, 0);
        SmallTensor target = Fold.operand(inputs, 1);
        List<Long> shape = x == null || target == null
                ? null
                : Strides.broadcast(
                        x.shape(), Arrays.stream(target.elements()).boxed().toList());
        return x == null || shape == null ? null : Strides.expand(x, shape);
    }

    private static @Nullable SmallTensor constantOfShape(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor target = Fold.operand(inputs, 0);
        SmallTensor value = node.attribute("value") instanceof Attribute.Tensor(TensorData data, var ignored)
                ? SmallTensor.of(data)
                : SmallTensor.ofReals(DType.FLOAT, List.of(1L), new double[1]);
        if (target == null || value == null || value.elements().length != 1) {
            return null;
        }
        List<Long> shape = Arrays.stream(target.elements()).boxed().toList();
        return Strides.size(shape) < 0 ? null : value.pick(shape, new int[Strides.size(shape)]);
    }

    private static @Nullable SmallTensor range(Node node, List<@Nullable SmallTensor> inputs) {
        if (inputs.size() != 3 || inputs.stream().anyMatch(x -> x == null || x.elements().length != 1)) {
            return null;
        }
        List<Long> numbers = new ArrayList<>();
        DType dtype = DType.INT64;
        for (SmallTensor input : inputs) {
            if (input == null || input.dtype().isFloat() || input.dtype() == DType.BOOL) {
                return null;
            }
            dtype = input.dtype();
            numbers.add(input.elements()[0]);
        }
        long start = numbers.get(0);
        long delta = numbers.get(2);
        if (delta == 0) {
            return null;
        }
        long length = Math.max(0, Math.ceilDiv(numbers.get(1) - start, delta));
        if (length > SmallTensor.MAX_ELEMENTS) {
            return null;
        }
        return new SmallTensor(
                dtype,
                List.of(length),
                LongStream.range(0, length).map(i -> start + i * delta).toArray());
    }
}
