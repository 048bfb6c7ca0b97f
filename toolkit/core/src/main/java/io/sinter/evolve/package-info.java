/** Searching the numbers of a recipe for the merge that scores best. */
@NullMarked
package io.sinter.evolve;

import org.jspecify.annotations.NullMarked;
