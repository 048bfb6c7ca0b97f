package io.sinter.weights;

/**
 * Where the elements of a tensor, in the order of falling keys and of rising index among equal keys, are cut in two.
 *
 * @param key elements with a greater key stand before the cut
 * @param tiesEnd so do elements with that key and an index below this
 */
record Cut(int key, long tiesEnd) {

    /** No element stands before it. */
    static final Cut NONE = new Cut(Integer.MAX_VALUE, 0);

    /** All elements stand before it. */
    static final Cut ALL = new Cut(-1, 0);

    /**
     * Sets the bits of floats to zero that stand behind the cut by magnitude.
     *
     * @param first index of the first
     * @param bits of floats
     */
    void keepBefore(long first, int count, int[] bits) {
        int ties = Math.clamp(tiesEnd - first, 0, count);
        keepAbove(key - 1, 0, ties, bits);
        keepAbove(key, ties, count, bits);
    }

    /** Sets the bits of floats to zero that stand before the cut by magnitude. */
    void keepBehind(long first, int count, int[] bits) {
        int ties = Math.clamp(tiesEnd - first, 0, count);
        keepUpTo(key - 1, 0, ties, bits);
        keepUpTo(key, ties, count, bits);
    }

    /** The sign bit of {@code threshold − magnitude}, spread over the word, is the mask: loops without branches. */
    private static void keepAbove(int threshold, int from, int to, int[] bits) {
        for (int i = from; i < to; i++) {
            bits[i] &= (threshold - (bits[i] & Integer.MAX_VALUE)) >> 31;
        }
    }

    private static void keepUpTo(int threshold, int from, int to, int[] bits) {
        for (int i = from; i < to; i++) {
            bits[i] &= ~((threshold - (bits[i] & Integer.MAX_VALUE)) >> 31);
        }
    }
}
