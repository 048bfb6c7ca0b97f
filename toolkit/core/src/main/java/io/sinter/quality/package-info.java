/** What a model loses when its numbers get fewer bits: full and reduced outputs side by side, and a gate. */
@NullMarked
package io.sinter.quality;

import org.jspecify.annotations.NullMarked;
