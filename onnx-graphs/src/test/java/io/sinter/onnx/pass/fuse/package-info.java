@NullMarked
package io.sinter.onnx.pass.fuse;

import org.jspecify.annotations.NullMarked;
