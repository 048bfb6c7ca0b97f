package io.sinter.onnx.ir;

/**
 * One place where a node reads a value.
 *
 * @param node the reader; it may be in a subgraph of the value's graph
 * @param index which of its inputs
 */
public record Use(Node node, int index) {}
