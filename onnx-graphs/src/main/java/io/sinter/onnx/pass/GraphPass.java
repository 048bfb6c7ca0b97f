package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Model;

/**
 * A change to a model that keeps what it computes, or says how it does not. A pass leaves a sound model sound: the
 * {@link Pipeline} checks that.
 */
public interface GraphPass {

    /** The kebab-case name, for messages. */
    String name();

    /**
     * Changes the model in place.
     *
     * @throws io.sinter.error.UnsupportedException if the model needs something that the pass cannot do; it may be
     *     changed in part then
     */
    PassResult run(Model model);
}
