/** Element types and tensors over memory segments. */
@NullMarked
package io.sinter.tensor;

import org.jspecify.annotations.NullMarked;
