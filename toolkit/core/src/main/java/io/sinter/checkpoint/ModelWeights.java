package io.sinter.checkpoint;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/** The tensors of a model, by name. What is in files stays there until it is used. */
public interface ModelWeights {

    /**
     * Type and shape of a tensor.
     *
     * @param dtype element type
     * @param shape extents
     */
    record Spec(DType dtype, List<Long> shape) {

        /** Copies the shape. */
        public Spec {
            shape = List.copyOf(shape);
        }

        /** Those of a tensor that is there. */
        static Spec of(TensorData tensor) {
            return new Spec(tensor.dtype(), tensor.shape());
        }

        /** Number of elements. */
        long elements() {
            return TensorData.elementCount(shape);
        }

        /** Bytes of the elements. */
        long bytes() {
            return dtype.byteSize(elements());
        }

        /** Whether this is arithmetic's: floats of 16 bits or more. */
        boolean isFloat() {
            return dtype.isFloat() && dtype.bits() >= 16;
        }

        @Override
        public String toString() {
            return dtype + " " + shape;
        }
    }

    /** All names, in the order of the data. */
    SequencedSet<String> names();

    /** Type and shape of a tensor, or nothing. */
    Optional<Spec> find(String name);

    /**
     * The elements of a tensor that {@link #find} finds.
     *
     * @param scratch memory for elements that no file has as they are; it is the caller's to free
     * @throws io.sinter.error.SinterException if they cannot be read or made
     */
    TensorData read(String name, Scratch scratch);

    /** Whether elements can be read now: not those of a merge that is still to be done. */
    default boolean isThere() {
        return true;
    }

    /** Whether a tensor is read where it is, with nothing to make. */
    default boolean isStored(String name) {
        return true;
    }
}
