package io.sinter.onnx.ir;

import io.sinter.tensor.TensorData;
import java.util.List;

/** The value of a node's attribute. Strings are bytes in ONNX, so they are {@link Opaque} here. */
public sealed interface Attribute {

    /** An integer. */
    record Int(long value) implements Attribute {}

    /** A float. */
    record Float(float value) implements Attribute {}

    /** A string. */
    record Str(Opaque value) implements Attribute {
        /** The value as text. */
        public String text() {
            return value.text();
        }
    }

    /**
     * A tensor.
     *
     * @param extras name, documentation and unknown fields of the {@code TensorProto}
     */
    record Tensor(TensorData value, Opaque extras) implements Attribute {
        /** A tensor without a name. */
        public Tensor(TensorData value) {
            this(value, Opaque.EMPTY);
        }
    }

    /** A subgraph, whose nodes may use values of the graphs around it. */
    record SubGraph(Graph value) implements Attribute {}

    /** Integers. */
    record Ints(List<Long> values) implements Attribute {
        /** Copies the list. */
        public Ints {
            values = List.copyOf(values);
        }
    }

    /** Floats. */
    record Floats(List<java.lang.Float> values) implements Attribute {
        /** Copies the list. */
        public Floats {
            values = List.copyOf(values);
        }
    }

    /** Strings. */
    record Strs(List<Opaque> values) implements Attribute {
        /** Copies the list. */
        public Strs {
            values = List.copyOf(values);
        }
    }

    /** Tensors. */
    record Tensors(List<Tensor> values) implements Attribute {
        /** Copies the list. */
        public Tensors {
            values = List.copyOf(values);
        }
    }

    /** Subgraphs. */
    record SubGraphs(List<Graph> values) implements Attribute {
        /** Copies the list. */
        public SubGraphs {
            values = List.copyOf(values);
        }
    }

    /**
     * Inside a function: the value of the calling node's attribute of that name.
     *
     * @param type number of {@code AttributeProto.AttributeType}
     */
    record Reference(String name, int type) implements Attribute {}

    /** Anything else (sparse tensors, types): the whole {@code AttributeProto}. */
    record Other(Opaque proto) implements Attribute {}

    /** An integer. */
    static Attribute of(long value) {
        return new Int(value);
    }

    /** A float. */
    static Attribute of(float value) {
        return new Float(value);
    }

    /** A string. */
    static Attribute of(String value) {
        return new Str(Opaque.of(value));
    }

    /** Integers. */
    static Attribute of(List<Long> values) {
        return new Ints(values);
    }

    /** A tensor. */
    static Attribute of(TensorData value) {
        return new Tensor(value);
    }

    /** A subgraph. */
    static Attribute of(Graph value) {
        return new SubGraph(value);
    }
}
