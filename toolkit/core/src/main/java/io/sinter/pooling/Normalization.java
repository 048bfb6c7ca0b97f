package io.sinter.pooling;

/** Whether sentence vectors are scaled. */
public enum Normalization {
    /** As they are. */
    NONE,
    /** To Euclidean length 1: x / max(‖x‖, 10⁻¹²). */
    UNIT_LENGTH
}
