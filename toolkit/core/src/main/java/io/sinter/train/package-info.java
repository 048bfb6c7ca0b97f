/** Training: losses, optimisers and schedules as ONNX nodes, and what runs them step by step. */
@NullMarked
package io.sinter.train;

import org.jspecify.annotations.NullMarked;
