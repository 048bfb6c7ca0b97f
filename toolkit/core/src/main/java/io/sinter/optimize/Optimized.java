package io.sinter.optimize;

import io.sinter.onnx.ir.Model;

/**
 * A graph and what was done to it.
 *
 * @param model the graph
 * @param report what was done
 */
public record Optimized(Model model, OptimizeReport report) {}
