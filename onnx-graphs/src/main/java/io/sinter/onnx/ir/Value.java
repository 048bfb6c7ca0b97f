package io.sinter.onnx.ir;

import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named value of a graph: an input, an initializer (a constant), or the output of a node. Values are compared by
 * identity; {@link Graph} and {@link Node} keep the lists of their uses.
 */
public final class Value {

    private String name;
    private @Nullable TensorType type;
    private Opaque extras = Opaque.EMPTY;
    private @Nullable Node producer;
    private @Nullable TensorData initializer;
    private Opaque initializerExtras = Opaque.EMPTY;
    private boolean input;
    private Opaque sparseInitializer = Opaque.EMPTY;
    private final List<Use> uses = new ArrayList<>();

    Value(String name, @Nullable TensorType type) {
        this.name = name;
        this.type = type;
    }

    /** Name, unique in its graph and in those around it. */
    public String name() {
        return name;
    }

    /** Element type and shape, or null where unknown or no tensor (then {@link #extras} may hold the type). */
    public @Nullable TensorType type() {
        return type;
    }

    /** Sets element type and shape. */
    public void setType(@Nullable TensorType type) {
        this.type = type;
    }

    /** The node that computes this, or null for inputs and initializers. */
    public @Nullable Node producer() {
        return producer;
    }

    /** The constant that this is (or, for a graph input, its default), or null. */
    public @Nullable TensorData initializer() {
        return initializer;
    }

    /** The constant that this is, or null; a graph input's default is none, as the caller may give another. */
    public @Nullable TensorData constant() {
        return input ? null : initializer;
    }

    /** Whether this is a constant, or a graph input with a default. */
    public boolean isInitializer() {
        return initializer != null;
    }

    /** Whether this is a constant in sparse form, whose elements the IR does not read. */
    public boolean isSparseInitializer() {
        return !sparseInitializer.isEmpty();
    }

    /** The serialised {@code SparseTensorProto} of a constant in sparse form, or no bytes. */
    public Opaque sparseInitializer() {
        return sparseInitializer;
    }

    /** Where nodes read this, subgraphs included; graph outputs are not among them. */
    public List<Use> uses() {
        return List.copyOf(uses);
    }

    /** What the file's {@code ValueInfoProto} says beyond name and tensor type. */
    public Opaque extras() {
        return extras;
    }

    /** Sets what the {@code ValueInfoProto} says beyond name and tensor type. */
    public void setExtras(Opaque extras) {
        this.extras = extras;
    }

    /** What the file's {@code TensorProto} of an initializer says beyond name, type, extents and elements. */
    public Opaque initializerExtras() {
        return initializerExtras;
    }

    /** Sets what the {@code TensorProto} says beyond name, type, extents and elements. */
    public void setInitializerExtras(Opaque extras) {
        this.initializerExtras = extras;
    }

    void rename(String newName) {
        this.name = newName;
    }

    void setInput(boolean input) {
        this.input = input;
    }

    void setProducer(@Nullable Node node) {
        this.producer = node;
    }

    void setInitializer(@Nullable TensorData data) {
        this.initializer = data;
    }

    void setSparseInitializer(Opaque proto) {
        this.sparseInitializer = proto;
    }

    void addUse(Use use) {
        uses.add(use);
    }

    void removeUse(Use use) {
        uses.remove(use);
    }

    @Override
    public String toString() {
        return name + (type == null ? "" : ": " + type);
    }
}
