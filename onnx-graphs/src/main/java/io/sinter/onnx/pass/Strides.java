package io.sinter.onnx.pass;

import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Places of elements in small row-major tensors. */
final class Strides {

    private Strides() {}

    /** The number of elements, or -1 if it passes {@link SmallTensor#MAX_ELEMENTS} or an extent is negative. */
    static int size(List<Long> shape) {
        if (shape.stream().anyMatch(d -> d < 0)) {
            return -1;
        }
        try {
            long size = TensorData.elementCount(shape);
            return size > SmallTensor.MAX_ELEMENTS ? -1 : (int) size;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    /** Distance between neighbours along each axis. */
    static int[] of(List<Long> shape) {
        int[] strides = new int[shape.size()];
        int stride = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.get(axis).intValue();
        }
        return strides;
    }

    /**
     * Places visited when walking a shape with the given strides from a start.
     *
     * @param strides one an axis; 0 repeats, negative goes backwards
     */
    static int[] walk(List<Long> shape, int[] strides, int start) {
        int[] places = new int[size(shape)];
        int[] at = new int[shape.size()];
        int place = start;
        for (int i = 0; i < places.length; i++) {
            places[i] = place;
            for (int axis = shape.size() - 1; axis >= 0; axis--) {
                place += strides[axis];
                if (++at[axis] < shape.get(axis)) {
                    break;
                }
                place -= at[axis] * strides[axis];
                at[axis] = 0;
            }
        }
        return places;
    }

    /** The shape that both broadcast to, or null. */
    static @Nullable List<Long> broadcast(List<Long> a, List<Long> b) {
        int rank = Math.max(a.size(), b.size());
        List<Long> shape = new ArrayList<>();
        for (int axis = -rank; axis < 0; axis++) {
            long left = axis < -a.size() ? 1 : a.get(axis + a.size());
            long right = axis < -b.size() ? 1 : b.get(axis + b.size());
            if (left != right && left != 1 && right != 1) {
                return null;
            }
            shape.add(left == 1 ? right : left);
        }
        return shape;
    }

    /** The tensor stretched to a shape that it broadcasts to; null if that is too large. */
    static @Nullable SmallTensor expand(SmallTensor tensor, List<Long> shape) {
        if (size(shape) < 0) {
            return null;
        }
        int[] own = of(tensor.shape());
        int[] strides = new int[shape.size()];
        int lead = shape.size() - tensor.rank();
        for (int axis = 0; axis < tensor.rank(); axis++) {
            strides[lead + axis] = tensor.shape().get(axis) == 1 ? 0 : own[axis];
        }
        return tensor.pick(shape, walk(shape, strides, 0));
    }
}
