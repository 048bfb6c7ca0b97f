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
     * @throws IllegalArgumentException if an input is missing, unknown, or of another type or rank, or an output unknown
     * @throws io.sinter.error.DeviceException if the runtime fails
     */
    Map<String, TensorData> run(Map<String, TensorData> inputs, Collection<String> outputs);

    /**
     * Computes outputs into the given memory.
     *
     * @param inputs as in {@link #run}
     * @param outputs tensors of exactly the type and shape that the graph computes; off-heap memory is written in place
     */
    void runInto(Map<String, TensorData> inputs, Map<String, TensorData> outputs);

    @Override
    void close();
}
