/** Coverage-guided fuzzing of the readers of files from strangers: what they promise, and the runs. */
@NullMarked
package io.sinter.fuzz;

import org.jspecify.annotations.NullMarked;
