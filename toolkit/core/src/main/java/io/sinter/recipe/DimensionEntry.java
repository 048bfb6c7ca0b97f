package io.sinter.recipe;

/**
 * How tables of several widths come to one.
 *
 * @param to a model's name, a number, or {@code max}
 * @param by the method
 */
public record DimensionEntry(String to, WidthMethod by) {}
