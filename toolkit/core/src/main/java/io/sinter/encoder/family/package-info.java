/** The model families, one file each. */
@org.jspecify.annotations.NullMarked
package io.sinter.encoder.family;
