/** Builds the graph of an encoder from its configuration and weights. */
@org.jspecify.annotations.NullMarked
package io.sinter.encoder;
