/** Combining embedding tables: ahead of time into one table, or in the graph where the lookup was. */
@NullMarked
package io.sinter.bake;

import org.jspecify.annotations.NullMarked;
