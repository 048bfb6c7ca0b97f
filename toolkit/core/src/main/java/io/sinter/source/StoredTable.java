package io.sinter.source;

import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;

/** How a graph stores a 2-D table. */
public sealed interface StoredTable {

    /** The initializer, or the output of the Constant node, that holds the elements. */
    Value weight();

    /** Rows, V. */
    long rows();

    /** Width of a row, d. */
    long width();

    /** The elements as floating-point numbers {@code [V, d]}, in the file's memory where they are stored so. */
    TensorData floats();

    /** How it is stored, for messages: {@code FLOAT16 [30522, 384]}. */
    String describe();

    /**
     * Floating-point numbers, as they are.
     *
     * @param weight the initializer or Constant
     * @param elements its elements
     */
    record Plain(Value weight, TensorData elements) implements StoredTable {
        @Override
        public long rows() {
            return elements.dim(0);
        }

        @Override
        public long width() {
            return elements.dim(1);
        }

        @Override
        public TensorData floats() {
            return elements;
        }

        @Override
        public String describe() {
            return elements.describe();
        }
    }

    /**
     * Integers with scales and zero points.
     *
     * @param weight the initializer or Constant with the integers
     * @param quantization what they mean
     */
    record Quantized(Value weight, BlockQuantization quantization) implements StoredTable {
        @Override
        public long rows() {
            return quantization.codes().dim(0);
        }

        @Override
        public long width() {
            return quantization.codes().dim(1);
        }

        @Override
        public TensorData floats() {
            return quantization.dequantize();
        }

        @Override
        public String describe() {
            return quantization.describe();
        }
    }
}
