/** Graph passes: one class a pass, run in pipelines with the verifier between. */
@NullMarked
package io.sinter.onnx.pass;

import org.jspecify.annotations.NullMarked;
