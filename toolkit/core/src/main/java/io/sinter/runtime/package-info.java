/** Running graphs: the only package that sees ONNX Runtime. */
@NullMarked
package io.sinter.runtime;

import org.jspecify.annotations.NullMarked;
