/** Linear algebra for fits over whole tables, on OpenBLAS: loaded when first used. */
@NullMarked
package io.sinter.linalg;

import org.jspecify.annotations.NullMarked;
