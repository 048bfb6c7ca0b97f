package io.sinter.onnx.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A function of a model: an operator whose meaning is a graph.
 *
 * @param domain operator set that it belongs to
 * @param name operator name
 * @param body inputs and outputs without types, and nodes
 * @param opsetImports operator sets of the body, by domain
 * @param extras what the file's {@code FunctionProto} says beyond these
 */
public record Function(String domain, String name, Graph body, Map<String, Long> opsetImports, Opaque extras) {

    /** Copies the map. */
    public Function {
        opsetImports = Collections.unmodifiableMap(new LinkedHashMap<>(opsetImports));
    }
}
