/** Short programs to copy from, and benchmarks. */
@NullMarked
package io.sinter.samples;

import org.jspecify.annotations.NullMarked;
