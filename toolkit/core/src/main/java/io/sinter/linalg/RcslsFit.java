package io.sinter.linalg;

/**
 * A map that brings rows near by {@link Csls}.
 *
 * @param map for rows of unit length; no bias
 * @param losses before the first step and after each one that was taken; they fall
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RcslsFit(AffineMap map, double[] losses) {}
