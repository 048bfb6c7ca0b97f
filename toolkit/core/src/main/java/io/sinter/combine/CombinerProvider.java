package io.sinter.combine;

import java.util.List;

/**
 * Adds combiners to the lookup of {@link Combiners}. A library names its implementation, which has a public constructor
 * without parameters, in {@code META-INF/services/io.sinter.combine.CombinerProvider}.
 */
public interface CombinerProvider {

    /** Records that implement {@link Combiner}. */
    List<Class<? extends Combiner>> combiners();
}
