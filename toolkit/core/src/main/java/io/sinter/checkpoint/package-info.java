/** Merges of whole checkpoints: plans of what is read and written, and the streaming that does it. */
@NullMarked
package io.sinter.checkpoint;

import org.jspecify.annotations.NullMarked;
