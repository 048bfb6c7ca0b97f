package io.sinter.onnx.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph with the versions of the operator sets that give it meaning, functions and metadata. */
public final class Model {

    private final Graph graph;
    private long irVersion;
    private final Map<String, Long> opsetImports = new LinkedHashMap<>();
    private final List<Function> functions = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private Opaque extras = Opaque.EMPTY;

    /** A model of the given graph, without opset imports yet. */
    public Model(Graph graph, long irVersion) {
        this.graph = graph;
        this.irVersion = irVersion;
    }

    /** The main graph. */
    public Graph graph() {
        return graph;
    }

    /** Version of the file format. */
    public long irVersion() {
        return irVersion;
    }

    /** Sets the version of the file format. */
    public void setIrVersion(long irVersion) {
        this.irVersion = irVersion;
    }

    /** Operator set versions by domain; "" is ONNX's own. */
    public Map<String, Long> opsetImports() {
        return Collections.unmodifiableMap(opsetImports);
    }

    /** Version of ONNX's own operator set; 1 where the file names none, as the specification says. */
    public long opset() {
        return opsetImports.getOrDefault("", 1L);
    }

    /** Sets the version of one operator set. */
    public void setOpset(String domain, long version) {
        opsetImports.put(domain.equals("ai.onnx") ? "" : domain, version);
    }

    /** Functions in the file's order. */
    public List<Function> functions() {
        return Collections.unmodifiableList(functions);
    }

    /** Adds a function. */
    public void addFunction(Function function) {
        functions.add(function);
    }

    /** Puts a function in the place of another. */
    public void replaceFunction(Function old, Function replacement) {
        functions.set(functions.indexOf(old), replacement);
    }

    /** Removes a function. */
    public void removeFunction(Function function) {
        functions.remove(function);
    }

    /** {@code metadata_props}, which may be changed. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** What the file's {@code ModelProto} says beyond the fields here (producer, documentation, training info). */
    public Opaque extras() {
        return extras;
    }

    /** Sets what the {@code ModelProto} says beyond the fields here. */
    public void setExtras(Opaque extras) {
        this.extras = extras;
    }
}
