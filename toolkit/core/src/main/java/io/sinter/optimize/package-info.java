/** Makes a graph fit for what it is to run on: fused operators, fewer bits, a quality gate before anything is written. */
@NullMarked
package io.sinter.optimize;

import org.jspecify.annotations.NullMarked;
