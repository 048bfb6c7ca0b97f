/** What can go wrong, in the few categories that a caller can act on. */
@NullMarked
package io.sinter.error;

import org.jspecify.annotations.NullMarked;
