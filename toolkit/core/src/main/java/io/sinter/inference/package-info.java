/** Running encoders: texts to vectors. */
@NullMarked
package io.sinter.inference;

import org.jspecify.annotations.NullMarked;
