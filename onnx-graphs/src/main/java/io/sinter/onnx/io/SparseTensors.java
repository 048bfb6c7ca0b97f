package io.sinter.onnx.io;

import io.sinter.error.MalformedException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The rules of a {@code SparseTensorProto}: n values; indices int64 [n], counted through the whole tensor, or [n, rank];
 * all of them within the extents.
 *
 * @param where file and tensor, for messages
 * @param dims extents of the whole tensor
 */
record SparseTensors(String where, List<Long> dims) {

    /**
     * Checks values and indices, each of which is a tensor as it should be.
     *
     * @throws MalformedException if they do not fit together
     */
    void check(TensorData values, TensorData indices) {
        long all;
        try {
            all = TensorData.elementCount(dims);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(where + ": " + e.getMessage(), e);
        }
        if (values.shape().size() != 1) {
            throw malformed("values of shape %s, expected one axis".formatted(values.shape()));
        }
        long count = values.shape().getFirst();
        boolean linear = indices.shape().equals(List.of(count));
        if (indices.dtype() != DType.INT64 || !(linear || indices.shape().equals(List.of(count, (long) dims.size())))) {
            throw malformed("indices %s %s, expected INT64 [%d] or [%d, %d]"
                    .formatted(indices.dtype(), indices.shape(), count, count, dims.size()));
        }
        requireInside(indices.data(), linear ? List.of(all) : dims);
    }

    private void requireInside(MemorySegment indices, List<Long> extents) {
        for (long i = 0; i < indices.byteSize() / Long.BYTES; i++) {
            long index = indices.get(TensorData.I64, i * Long.BYTES);
            long extent = extents.get((int) (i % extents.size()));
            if (index < 0 || index >= extent) {
                throw malformed("index %d, expected 0 to %d".formatted(index, extent - 1));
            }
        }
    }

    private MalformedException malformed(String problem) {
        return new MalformedException("%s: sparse tensor of shape %s: %s".formatted(where, dims, problem));
    }
}
