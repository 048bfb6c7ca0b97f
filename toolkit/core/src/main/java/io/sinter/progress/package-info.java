/** How far a task is. */
@NullMarked
package io.sinter.progress;

import org.jspecify.annotations.NullMarked;
