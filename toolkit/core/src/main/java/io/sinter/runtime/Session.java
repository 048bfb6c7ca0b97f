package io.sinter.runtime;

import io.sinter.tensor.TensorData;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A graph that is ready to run. Sessions may be used by several threads at once. */
public interface Session extends AutoCloseable {

    /** What the graph reads, in its order. */
    List<Port> inputs();

    /** What the graph can compute, in its order. */
    List<Port> outputs();

    /**
     * Computes the named outputs into new memory, which outlives the session.
     *
     * @param inputs a tensor for every input, by name; it is not copied where the runtime can read it in place
     * @param outputs names of the outputs wanted
     * @return the outputs in the order asked for
     * @throws IllegalArgumentException if an input is missing, unknown, of another type, rank or fixed extent than its port,
     *     or has values that the graph refuses, such as an index out of range; or if an output is unknown
     * @throws IllegalStateException if the session is closed
     * @throws io.sinter.error.UnsupportedException if a tensor is of a type or size that the runtime cannot take
     * @throws io.sinter.error.DeviceException if the runtime fails
     */
    Map<String, TensorData> run(Map<String, TensorData> inputs, Collection<String> outputs);

    /**
     * Computes one output, as {@link #run(Map, Collection)}.
     *
     * @param output name of the output wanted
     */
    default TensorData run(Map<String, TensorData> inputs, String output) {
        return run(inputs, List.of(output)).values().iterator().next();
    }

    /**
     * Computes outputs into the given memory.
     *
     * @param inputs as in {@link #run(Map, Collection)}
     * @param outputs tensors of exactly the type and shape that the graph computes; off-heap memory is written in place
     * @throws IllegalArgumentException also if an output has another type or shape, or its memory is read-only; what it
     *     then holds is undefined
     */
    void runInto(Map<String, TensorData> inputs, Map<String, TensorData> outputs);

    /** Frees the session, once the runs under way have ended. Closing again does nothing. */
    @Override
    void close();
}
