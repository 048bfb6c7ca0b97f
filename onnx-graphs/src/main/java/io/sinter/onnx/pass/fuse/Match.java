package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@link Pattern} matched.
 *
 * @param values by the pattern's names
 * @param nodes those that the pattern goes through
 */
record Match(Map<String, Value> values, Set<Node> nodes) {

    static final Match EMPTY = new Match(Map.of(), Set.of());

    /** The value of that name, which every match of the pattern has. */
    Value get(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    /** The value of that name, where the pattern has an alternative with it. */
    Optional<Value> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Optional<Match> bind(String name, Value value) {
        Value known = values.get(name);
        if (known != null) {
            return known == value ? Optional.of(this) : Optional.empty();
        }
        Map<String, Value> more = new HashMap<>(values);
        more.put(name, value);
        return Optional.of(new Match(more, nodes));
    }

    Match with(Node node) {
        Set<Node> more = new HashSet<>(nodes);
        more.add(node);
        return new Match(values, more);
    }
}
