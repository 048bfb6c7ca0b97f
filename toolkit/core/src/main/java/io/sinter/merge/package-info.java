/** Merging tables: from a recipe to a plan, from a plan to an output directory. */
@NullMarked
package io.sinter.merge;

import org.jspecify.annotations.NullMarked;
