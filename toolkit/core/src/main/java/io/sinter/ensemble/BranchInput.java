package io.sinter.ensemble;

import io.sinter.onnx.ir.TensorType;

/**
 * An input of a branch.
 *
 * @param own its name in the branch's own model
 * @param shared the name of the input of the whole graph that it is bound to; branches may name the same one
 * @param type of that input
 */
public record BranchInput(String own, String shared, TensorType type) {}
