/** ONNX graphs in memory: models, graphs, nodes, values and their def-use lists. */
@NullMarked
package io.sinter.onnx.ir;

import org.jspecify.annotations.NullMarked;
