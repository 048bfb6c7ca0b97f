/** Making one vector of a text from the vectors of its tokens, in Java and in a graph. */
@NullMarked
package io.sinter.pooling;

import org.jspecify.annotations.NullMarked;
