package io.sinter.onnx.ir;

/** One extent of a shape: known, named ({@code dim_param}), or neither. */
public sealed interface Dim {

    /** A fixed extent, 0 or more. */
    record Known(long size) implements Dim {
        /** Checks the size. */
        public Known {
            if (size < 0) {
                throw new IllegalArgumentException("negative extent " + size);
            }
        }

        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /** An extent that varies at run time; equal names mean equal extents. */
    record Symbol(String name) implements Dim {
        @Override
        public String toString() {
            return name;
        }
    }

    /** An extent of which nothing is known. */
    record Unknown() implements Dim {
        @Override
        public String toString() {
            return "?";
        }
    }

    /** A fixed extent. */
    static Dim of(long size) {
        return new Known(size);
    }

    /** A named extent. */
    static Dim of(String name) {
        return new Symbol(name);
    }

    /** An extent of which nothing is known. */
    static Dim unknown() {
        return new Unknown();
    }
}
