package io.sinter.onnx.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One application of an operator. Changing an input keeps the def-use lists right. */
public final class Node {

    private final String domain;
    private final String opType;
    private String name = "";
    private final List<@Nullable Value> inputs = new ArrayList<>();
    private final List<@Nullable Value> outputs = new ArrayList<>();
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();
    private final Map<String, Opaque> attributeExtras = new LinkedHashMap<>();
    private Opaque extras = Opaque.EMPTY;

    /**
     * A node that is in no graph yet.
     *
     * @param domain operator set, "" for ONNX's own
     * @param opType operator, such as {@code MatMul}
     * @param inputs values read, null for an optional input left out
     * @param attributes in order
     */
    public Node(
            String domain, String opType, List<? extends @Nullable Value> inputs, Map<String, Attribute> attributes) {
        this.domain = domain.equals("ai.onnx") ? "" : domain;
        this.opType = opType;
        for (Value input : inputs) {
            addInput(input);
        }
        this.attributes.putAll(attributes);
    }

    /** Operator set, "" for ONNX's own. */
    public String domain() {
        return domain;
    }

    /** Operator, such as {@code MatMul}. */
    public String opType() {
        return opType;
    }

    /** Whether this applies the given operator of ONNX's own set. */
    public boolean is(String onnxOpType) {
        return domain.isEmpty() && opType.equals(onnxOpType);
    }

    /** Name for messages, often empty. */
    public String name() {
        return name;
    }

    /** Sets the name. */
    public void setName(String name) {
        this.name = name;
    }

    /** Values read, null for an optional input left out. */
    public List<@Nullable Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /** One input, or null where it is left out or past the end. */
    public @Nullable Value input(int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    /** Appends an input. */
    public void addInput(@Nullable Value value) {
        inputs.add(value);
        if (value != null) {
            value.addUse(new Use(this, inputs.size() - 1));
        }
    }

    /** Replaces one input. */
    public void setInput(int index, @Nullable Value value) {
        Value old = inputs.get(index);
        if (old != null) {
            old.removeUse(new Use(this, index));
        }
        inputs.set(index, value);
        if (value != null) {
            value.addUse(new Use(this, index));
        }
    }

    /** Values computed, null for an optional output left out. */
    public List<@Nullable Value> outputs() {
        return Collections.unmodifiableList(outputs);
    }

    /**
     * One output.
     *
     * @throws IllegalArgumentException if the node does not compute it
     */
    public Value output(int index) {
        Value value = index < outputs.size() ? outputs.get(index) : null;
        if (value == null) {
            throw new IllegalArgumentException(this + " has no output " + index);
        }
        return value;
    }

    /** The first output. */
    public Value output() {
        return output(0);
    }

    /** Attributes in the file's order. */
    public Map<String, Attribute> attributes() {
        return Collections.unmodifiableMap(attributes);
    }

    /** One attribute, or null. */
    public @Nullable Attribute attribute(String attributeName) {
        return attributes.get(attributeName);
    }

    /** Sets one attribute. */
    public void setAttribute(String attributeName, Attribute value) {
        attributes.put(attributeName, value);
    }

    /** Removes one attribute. */
    public void removeAttribute(String attributeName) {
        attributes.remove(attributeName);
        attributeExtras.remove(attributeName);
    }

    /** An integer attribute, or the operator's default where it is absent. */
    public long intAttribute(String attributeName, long otherwise) {
        return attributes.get(attributeName) instanceof Attribute.Int(long value) ? value : otherwise;
    }

    /** A float attribute, or the operator's default where it is absent. */
    public float floatAttribute(String attributeName, float otherwise) {
        return attributes.get(attributeName) instanceof Attribute.Float(float value) ? value : otherwise;
    }

    /** A list of integers, if present. */
    public Optional<List<Long>> intsAttribute(String attributeName) {
        return attributes.get(attributeName) instanceof Attribute.Ints(List<Long> values)
                ? Optional.of(values)
                : Optional.empty();
    }

    /** The graphs in this node's attributes (the branches of an If, the body of a Loop or Scan). */
    public List<Graph> subgraphs() {
        List<Graph> graphs = new ArrayList<>();
        for (Attribute attribute : attributes.values()) {
            if (attribute instanceof Attribute.SubGraph(Graph graph)) {
                graphs.add(graph);
            } else if (attribute instanceof Attribute.SubGraphs(List<Graph> several)) {
                graphs.addAll(several);
            }
        }
        return graphs;
    }

    /** What the file's {@code AttributeProto}s say beyond name and value, by attribute name. */
    public Map<String, Opaque> attributeExtras() {
        return Collections.unmodifiableMap(attributeExtras);
    }

    /** Sets what the file says of one attribute beyond name and value. */
    public void setAttributeExtras(String attributeName, Opaque value) {
        attributeExtras.put(attributeName, value);
    }

    /** What the file's {@code NodeProto} says beyond the fields here (documentation, overload, metadata). */
    public Opaque extras() {
        return extras;
    }

    /** Sets what the {@code NodeProto} says beyond the fields here. */
    public void setExtras(Opaque extras) {
        this.extras = extras;
    }

    void addOutput(@Nullable Value value) {
        outputs.add(value);
        if (value != null) {
            value.setProducer(this);
        }
    }

    void leaveOut(Value output) {
        outputs.set(outputs.indexOf(output), null);
        while (!outputs.isEmpty() && outputs.getLast() == null) {
            outputs.removeLast();
        }
    }

    void dropOutputs() {
        outputs.clear();
    }

    void dropInputs() {
        for (int i = 0; i < inputs.size(); i++) {
            setInput(i, null);
        }
        inputs.clear();
        subgraphs().forEach(Graph::dropUses);
    }

    /** Operator and name, for messages. */
    @Override
    public String toString() {
        String op = domain.isEmpty() ? opType : domain + "." + opType;
        if (!name.isEmpty()) {
            return op + " \"" + name + "\"";
        }
        Value first = outputs.isEmpty() ? null : outputs.getFirst();
        return first == null ? op : op + " -> \"" + first.name() + "\"";
    }
}
