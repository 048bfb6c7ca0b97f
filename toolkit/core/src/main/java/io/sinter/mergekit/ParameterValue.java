package io.sinter.mergekit;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a recipe gives for a parameter: a number, or a rule that gives one for each tensor. */
public sealed interface ParameterValue {

    /** The number for a tensor; nothing where no filter fits, and then what is said further up holds. */
    OptionalDouble at(TensorPlace tensor);

    /** All filters in it. */
    default Stream<String> filters() {
        return Stream.empty();
    }

    /** The same for all tensors; flags are 0 and 1. */
    record Number(double value) implements ParameterValue {
        @Override
        public OptionalDouble at(TensorPlace tensor) {
            return OptionalDouble.of(value);
        }
    }

    /** Values spread evenly over the layers, linear between them: {@code [0, 0.5, 1]} is 0.5 at the middle layer. */
    record Gradient(List<Double> values) implements ParameterValue {

        /** Copies the list. */
        public Gradient {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw new IllegalArgumentException("a gradient needs one value or more");
            }
        }

        @Override
        public OptionalDouble at(TensorPlace tensor) {
            double along = tensor.depth() * (values.size() - 1);
            int before = (int) Math.floor(along);
            int after = Math.min(values.size() - 1, before + 1);
            double share = along - before;
            return OptionalDouble.of((1 - share) * values.get(before) + share * values.get(after));
        }
    }

    /** The first case that fits. */
    record Cases(List<Case> cases) implements ParameterValue {

        /** Copies the list. */
        public Cases {
            cases = List.copyOf(cases);
        }

        @Override
        public OptionalDouble at(TensorPlace tensor) {
            return cases.stream()
                    .filter(c -> c.fits(tensor))
                    .map(c -> c.value.at(tensor))
                    .filter(OptionalDouble::isPresent)
                    .findFirst()
                    .orElse(OptionalDouble.empty());
        }

        @Override
        public Stream<String> filters() {
            return cases.stream()
                    .flatMap(c -> Stream.concat(Stream.ofNullable(c.filter), c.value.filters()))
                    .filter(f -> !f.equals(Case.ANY));
        }
    }

    /**
     * One case.
     *
     * @param filter part of a tensor's name; null and {@code *} fit all
     */
    record Case(@Nullable String filter, ParameterValue value) {

        private static final String ANY = "*";

        boolean fits(TensorPlace tensor) {
            return filter == null || filter.equals(ANY) || tensor.name().contains(filter);
        }
    }
}
