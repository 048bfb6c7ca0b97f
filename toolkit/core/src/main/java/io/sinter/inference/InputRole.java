package io.sinter.inference;

import io.sinter.error.UnsupportedException;
import io.sinter.runtime.Port;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an input of a text encoder is for. Inputs are known by their usual names; a sole input takes the token ids whatever
 * its name.
 */
public enum InputRole {
    /** Token ids. */
    IDS("input_ids"),
    /** 1 for tokens, 0 for padding. */
    MASK("attention_mask", "input_mask"),
    /** Which text of a pair. */
    TYPES("token_type_ids", "segment_ids"),
    /** 0, 1, 2, … */
    POSITIONS("position_ids");

    private final List<String> names;

    InputRole(String... names) {
        this.names = List.of(names);
    }

    /** What Hugging Face's tools call it. */
    public String usualName() {
        return names.getFirst();
    }

    /**
     * What each input is for.
     *
     * @param where the model, for messages
     * @throws UnsupportedException if one is for none of these, or none takes token ids
     */
    public static Map<InputRole, Port> of(String where, List<Port> ports) {
        Map<InputRole, Port> found = new EnumMap<>(InputRole.class);
        List<Port> unknown = new ArrayList<>();
        for (Port port : ports) {
            InputRole role = roleOf(port, ports.size());
            if (role == null || !isInteger(port) || found.putIfAbsent(role, port) != null) {
                unknown.add(port);
            }
        }
        if (!unknown.isEmpty() || !found.containsKey(IDS)) {
            throw new UnsupportedException(
                    "%s: the graph's inputs: %s; a text encoder reads integers input_ids, and may read attention_mask, token_type_ids and position_ids"
                            .formatted(where, EncoderPorts.describe(ports)));
        }
        return found;
    }

    private static @Nullable InputRole roleOf(Port port, int inputs) {
        for (InputRole role : values()) {
            if (role.names.contains(port.name())) {
                return role;
            }
        }
        return inputs == 1 ? IDS : null;
    }

    private static boolean isInteger(Port port) {
        return port.type().dtype() == DType.INT64 || port.type().dtype() == DType.INT32;
    }
}
