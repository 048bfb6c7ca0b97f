package io.sinter.vocabulary;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The steps of a part of {@code tokenizer.json}, those of a Sequence one by one. */
final class Parts {

    private static final List<String> CHILDREN = List.of("normalizers", "pretokenizers", "processors", "decoders");

    private Parts() {}

    /** All steps, in order. */
    static List<ObjectNode> steps(JsonNode part) {
        List<ObjectNode> steps = new ArrayList<>();
        collect(part, steps);
        return steps;
    }

    private static void collect(JsonNode part, List<ObjectNode> steps) {
        if (!(part instanceof ObjectNode step)) {
            return;
        }
        List<JsonNode> children =
                CHILDREN.stream().flatMap(key -> step.path(key).valueStream()).toList();
        if (children.isEmpty()) {
            steps.add(step);
        }
        children.forEach(child -> collect(child, steps));
    }

    /** The first step of a type. */
    static Optional<ObjectNode> find(JsonNode part, String type) {
        return steps(part).stream()
                .filter(s -> s.path("type").asString("").equals(type))
                .findFirst();
    }
}
