package io.sinter.onnx.pass;

/**
 * A version of an operator that changed its meaning or signature.
 *
 * @param version the first that is different
 * @param adapter what makes an older node mean the same under it
 */
record OperatorChange(long version, Adapter adapter) {}
