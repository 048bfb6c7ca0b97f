package io.sinter.mergekit;

import io.sinter.mergekit.ParameterValue.Case;
import io.sinter.mergekit.ParameterValue.Cases;
import io.sinter.mergekit.ParameterValue.Gradient;
import io.sinter.mergekit.ParameterValue.Number;
import io.sinter.recipe.Nearest;
import io.sinter.recipe.Place;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.Yaml;
import io.sinter.weights.MethodDescription;
import io.sinter.weights.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code parameters} blocks of a method.
 *
 * @param method whose parameters they are
 * @param notes what is read and has no effect is told here
 */
record ParameterReader(MethodDescription method, List<String> notes) {

    /** Where memory goes elsewhere; here everything is streamed. */
    private static final List<String> WITHOUT_EFFECT = List.of("int8_mask");

    /** {@code {filter, value}}. */
    record Conditional(@Nullable String filter, Yaml value) {}

    /** Which parameters a block may hold. */
    enum Level {
        /** All. */
        STAGE,
        /** Those that each model has its own of. */
        MODEL
    }

    /** Reads a block; nothing gives none. */
    ParameterSet read(@Nullable Yaml block, Level level) {
        if (block == null) {
            return ParameterSet.EMPTY;
        }
        if (!(block instanceof Yaml.Mapping mapping)) {
            throw block.place().error("got " + block.kind() + ", expected a mapping of parameters");
        }
        Map<String, ParameterSet.Entry> entries = new LinkedHashMap<>();
        mapping.inSnakeCase().entries().forEach((name, value) -> {
            if (WITHOUT_EFFECT.contains(name)) {
                notes.add(name + " has no effect: tensors are streamed, whatever their size");
            } else {
                check(name, value.place(), level);
                entries.put(name, new ParameterSet.Entry(value.place(), value(value)));
            }
        });
        return new ParameterSet(entries);
    }

    private void check(String name, Place place, Level level) {
        List<String> known = method.parameters().stream().map(Parameter::name).toList();
        Parameter parameter = method.parameters().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> place.error(
                        known.isEmpty()
                                ? method.name() + " has no parameters; remove the key"
                                : "no parameter of %s; %s".formatted(method.name(), Nearest.hint(name, known))));
        if (level == Level.MODEL && !parameter.perModel()) {
            throw place.error("is one number for all models of %s; put it under the recipe's own \"parameters\""
                    .formatted(method.name()));
        }
    }

    private static ParameterValue value(Yaml yaml) {
        return switch (yaml) {
            case Yaml.Scalar scalar -> new Number(number(scalar));
            case Yaml.Mapping mapping -> new Cases(List.of(conditional(mapping)));
            case Yaml.Sequence sequence -> list(sequence);
        };
    }

    private static ParameterValue list(Yaml.Sequence sequence) {
        if (sequence.elements().isEmpty()) {
            throw sequence.place().error("is empty, expected numbers, or filters with values");
        }
        if (sequence.elements().stream().allMatch(Yaml.Scalar.class::isInstance)) {
            return new Gradient(sequence.elements().stream()
                    .map(e -> number((Yaml.Scalar) e))
                    .toList());
        }
        List<Case> cases = new ArrayList<>();
        for (Yaml element : sequence.elements()) {
            cases.add(element instanceof Yaml.Mapping mapping ? conditional(mapping) : new Case(null, value(element)));
        }
        return new Cases(cases);
    }

    private static Case conditional(Yaml.Mapping mapping) {
        Conditional read = RecordBinder.bind(mapping, Conditional.class);
        return new Case(read.filter, value(read.value));
    }

    private static double number(Yaml.Scalar scalar) {
        return switch (scalar.text()) {
            case "true" -> 1;
            case "false" -> 0;
            default -> {
                try {
                    double value = Double.parseDouble(scalar.text());
                    if (Double.isFinite(value)) {
                        yield value;
                    }
                } catch (NumberFormatException e) {
                    // told below
                }
                throw scalar.place().error("got \"" + scalar.text() + "\", expected a finite number, true or false");
            }
        };
    }
}
