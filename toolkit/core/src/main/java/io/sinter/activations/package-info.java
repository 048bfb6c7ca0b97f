/** What goes on inside models while they read texts: inputs of their products, outputs of their units. */
@org.jspecify.annotations.NullMarked
package io.sinter.activations;
