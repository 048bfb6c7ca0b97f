package io.sinter.mergekit;

/**
 * What a parameter may depend on.
 *
 * @param name of the tensor in the result
 * @param depth 0 at the first layer of its slice and before it, 1 at the last layer and behind it
 */
public record TensorPlace(String name, double depth) {}
