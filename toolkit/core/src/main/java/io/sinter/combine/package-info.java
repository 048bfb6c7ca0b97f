/** Combiners: the ways to make one vector of several, each defined once as ONNX nodes. */
@NullMarked
package io.sinter.combine;

import org.jspecify.annotations.NullMarked;
