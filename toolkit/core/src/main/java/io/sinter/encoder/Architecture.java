package io.sinter.encoder;

import io.sinter.encoder.BuildOptions.Tower;
import java.util.List;

/** A model family: reads its own configuration and checkpoint names, and emits its graph. */
public interface Architecture {

    /** The {@code model_type}s of {@code config.json} that it implements. */
    List<String> modelTypes();

    /** The heads that it has, {@link Head#NONE} among them. */
    List<Head> heads();

    /** What can be asked of a model of texts and pictures; other families have but the whole. */
    default List<Tower> towers() {
        return List.of(Tower.BOTH);
    }

    /**
     * Emits the model into the network's graph and names its outputs as transformers does.
     *
     * @throws io.sinter.error.MissingException if the configuration lacks a key that the family needs, or the checkpoint a
     *     tensor
     * @throws io.sinter.error.UnsupportedException if a key asks for something that is not implemented
     * @throws io.sinter.error.MalformedException if a key or a tensor is not as it should be
     */
    void emit(Network network);
}
