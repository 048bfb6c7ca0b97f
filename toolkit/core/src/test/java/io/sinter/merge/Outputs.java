package io.sinter.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a graph computed, in its order, as float32. */
record Outputs(Map<String, float[]> values) {

    Set<String> names() {
        return values.keySet();
    }

    float[] get(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    /** Asserts the same outputs, each within a part of its largest number. */
    void assertAre(Outputs expected, double tolerance) {
        assertThat(names()).containsExactlyElementsOf(expected.names());
        for (String name : names()) {
            assertThat(MergeFolder.difference(get(name), expected.get(name)))
                    .as(name)
                    .isLessThanOrEqualTo(tolerance);
        }
    }
}
