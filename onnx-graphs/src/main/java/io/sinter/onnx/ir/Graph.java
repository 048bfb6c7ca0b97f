package io.sinter.onnx.ir;

import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Inputs, constants, nodes in topological order, and outputs. A graph inside another (the branch of an If, the body of
 * a Loop) may use the values around it, but not define their names again.
 */
public final class Graph {

    private final @Nullable Graph parent;
    private String name;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Value> values = new LinkedHashMap<>();
    private Opaque extras = Opaque.EMPTY;

    /** An empty graph. */
    public Graph(String name) {
        this(name, null);
    }

    /** An empty graph inside another. */
    public Graph(String name, @Nullable Graph parent) {
        this.name = name;
        this.parent = parent;
    }

    /** Name of the graph. */
    public String name() {
        return name;
    }

    /** Sets the name. */
    public void setName(String name) {
        this.name = name;
    }

    /** The graph around this one, or null. */
    public @Nullable Graph parent() {
        return parent;
    }

    /** Inputs in order; in files of IR version 3 initializers are among them. */
    public List<Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /** Outputs in order. */
    public List<Value> outputs() {
        return Collections.unmodifiableList(outputs);
    }

    /** Nodes, each after those whose outputs it reads. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** Every value that this graph defines, in order of definition. */
    public Collection<Value> values() {
        return Collections.unmodifiableCollection(values.values());
    }

    /** The constants, in order of definition. */
    public List<Value> initializers() {
        return values.values().stream().filter(Value::isInitializer).toList();
    }

    /** What the file's {@code GraphProto} says beyond the fields here, quantisation annotations among it. */
    public Opaque extras() {
        return extras;
    }

    /** Sets what the {@code GraphProto} says beyond the fields here. */
    public void setExtras(Opaque extras) {
        this.extras = extras;
    }

    /** The value of that name, here or in the graphs around this one, or null. */
    public @Nullable Value value(String valueName) {
        Value here = values.get(valueName);
        return here != null || parent == null ? here : parent.value(valueName);
    }

    /** Whether the value is one of the outputs. */
    public boolean isOutput(Value value) {
        return outputs.contains(value);
    }

    /** Whether this graph, not one around it, defines the value. */
    public boolean owns(Value value) {
        return values.get(value.name()) == value;
    }

    /** A name that no value here or around has: the wish itself, or with a number appended. */
    public String uniqueName(String wish) {
        String candidate = wish;
        for (int i = 1; value(candidate) != null; i++) {
            candidate = wish + "_" + i;
        }
        return candidate;
    }

    /**
     * Defines an input.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public Value addInput(String inputName, @Nullable TensorType type) {
        Value value = define(inputName, type);
        value.setInput(true);
        inputs.add(value);
        return value;
    }

    /**
     * Defines a constant. In files of IR version 3 it may have been defined as an input before; it then becomes that
     * input's default.
     *
     * @throws IllegalArgumentException if the name is taken by anything but an input
     */
    public Value addInitializer(String initializerName, TensorData data) {
        Value value = defineConstant(initializerName, TensorType.of(data));
        value.setInitializer(data);
        return value;
    }

    /**
     * Defines a constant in sparse form, whose elements are carried without being read.
     *
     * @param proto the serialised {@code SparseTensorProto}
     * @throws IllegalArgumentException if the name is taken by anything but an input
     */
    public Value addSparseInitializer(String initializerName, TensorType type, Opaque proto) {
        Value value = defineConstant(initializerName, type);
        value.setSparseInitializer(proto);
        return value;
    }

    /** Replaces a constant's elements, and its type with them. */
    public void setInitializer(Value value, TensorData data) {
        value.setInitializer(data);
        value.setType(TensorType.of(data));
    }

    /** Appends a node, whose outputs get the given names; null or "" leaves one out. */
    public Node addNode(Node node, List<? extends @Nullable String> outputNames) {
        return insertNode(nodes.size(), node, outputNames);
    }

    /** Inserts a node before the one now at {@code index}. */
    public Node insertNode(int index, Node node, List<? extends @Nullable String> outputNames) {
        for (String outputName : outputNames) {
            node.addOutput(outputName == null || outputName.isEmpty() ? null : define(outputName, null));
        }
        nodes.add(index, node);
        return node;
    }

    /** Where a node stands, or -1. */
    public int indexOf(Node node) {
        return nodes.indexOf(node);
    }

    /**
     * Puts a node in the place of another and hands it the other's outputs: the values keep identity, name, type and
     * uses. Subgraphs of the old node are dropped with it.
     *
     * @throws IllegalArgumentException if the old node is not in this graph, or the new one has outputs already
     */
    public Node replaceNode(Node old, Node replacement) {
        int index = requireIndex(old);
        if (!replacement.outputs().isEmpty()) {
            throw new IllegalArgumentException(replacement + " has outputs already");
        }
        old.outputs().forEach(replacement::addOutput);
        old.dropInputs();
        old.dropOutputs();
        nodes.set(index, replacement);
        return replacement;
    }

    /**
     * Makes the one output of a node a constant; the value keeps identity, name and uses.
     *
     * @throws IllegalArgumentException if the node is not in this graph, or has not one output
     */
    public Value replaceByConstant(Node node, TensorData data) {
        int index = requireIndex(node);
        if (node.outputs().size() != 1) {
            throw new IllegalArgumentException(node + " has not one output");
        }
        Value value = node.output();
        node.dropInputs();
        node.dropOutputs();
        nodes.remove(index);
        value.setProducer(null);
        setInitializer(value, data);
        return value;
    }

    /**
     * Removes nodes with the values that they compute.
     *
     * @throws IllegalArgumentException if such a value is still read by a node that stays, or an output
     */
    public void removeNodes(Collection<Node> doomed) {
        Set<Node> set = new HashSet<>(doomed);
        set.forEach(Node::dropInputs);
        for (Node node : set) {
            for (Value output : node.outputs()) {
                if (output != null) {
                    undefine(output);
                }
            }
        }
        nodes.removeAll(set);
    }

    /**
     * Leaves out an optional output of a node.
     *
     * @throws IllegalArgumentException if it is still read, or an output of the graph
     */
    public void leaveOut(Value output) {
        undefine(output);
        Objects.requireNonNull(output.producer()).leaveOut(output);
    }

    /**
     * Removes an input or constant that nothing reads.
     *
     * @throws IllegalArgumentException if it is still read, or an output
     */
    public void removeValue(Value value) {
        undefine(value);
        inputs.remove(value);
    }

    /**
     * Takes an initializer off the inputs, so that it is a constant.
     *
     * @throws IllegalArgumentException if the value is no initializer
     */
    public void removeInput(Value value) {
        if (!value.isInitializer()) {
            throw new IllegalArgumentException(
                    "graph \"%s\": input \"%s\" has no default".formatted(name, value.name()));
        }
        value.setInput(false);
        inputs.remove(value);
    }

    /** Makes a value an output, after those there are. */
    public void addOutput(Value value) {
        outputs.add(value);
    }

    /** Replaces one output; the names of the values stay as they are. */
    public void setOutput(int index, Value value) {
        outputs.set(index, value);
    }

    /** Takes a value off the outputs; it stays defined. */
    public void removeOutput(Value value) {
        outputs.remove(value);
    }

    /**
     * Gives a value another name.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public void rename(Value value, String newName) {
        if (value.name().equals(newName)) {
            return;
        }
        requireFree(newName);
        values.remove(value.name());
        value.rename(newName);
        values.put(newName, value);
    }

    /**
     * Lets every node, in this graph and those inside it, read {@code replacement} where it read {@code old}. Outputs of
     * the graph are left alone: see {@link #setOutput}.
     */
    public void replaceUses(Value old, Value replacement) {
        for (Use use : old.uses()) {
            use.node().setInput(use.index(), replacement);
        }
    }

    /** Replaces the order of the nodes by another of the same nodes. */
    public void reorder(List<Node> order) {
        if (order.size() != nodes.size() || !new HashSet<>(order).equals(new HashSet<>(nodes))) {
            throw new IllegalArgumentException("the order must hold the same nodes");
        }
        List<Node> copy = List.copyOf(order); // it may be a view of the nodes
        nodes.clear();
        nodes.addAll(copy);
    }

    void dropUses() {
        nodes.forEach(Node::dropInputs);
    }

    private Value defineConstant(String valueName, TensorType type) {
        Value known = values.get(valueName);
        return known != null && inputs.contains(known) && !known.isInitializer() && !known.isSparseInitializer()
                ? known
                : define(valueName, type);
    }

    private Value define(String valueName, @Nullable TensorType type) {
        requireFree(valueName);
        Value value = new Value(valueName, type);
        values.put(valueName, value);
        return value;
    }

    private int requireIndex(Node node) {
        int index = nodes.indexOf(node);
        if (index < 0) {
            throw new IllegalArgumentException("%s is not in graph \"%s\"".formatted(node, name));
        }
        return index;
    }

    private void requireFree(String valueName) {
        if (value(valueName) != null) {
            throw new IllegalArgumentException(
                    "graph \"%s\": value \"%s\" is defined twice".formatted(name, valueName));
        }
    }

    private void undefine(Value value) {
        if (!value.uses().isEmpty() || outputs.contains(value)) {
            throw new IllegalArgumentException("graph \"%s\": \"%s\" is still used%s"
                    .formatted(
                            name,
                            value.name(),
                            value.uses().isEmpty()
                                    ? " as an output"
                                    : " by " + value.uses().getFirst().node()));
        }
        values.remove(value.name());
    }

    @Override
    public String toString() {
        return "graph \"%s\": %d nodes, %d values".formatted(name, nodes.size(), values.size());
    }
}
