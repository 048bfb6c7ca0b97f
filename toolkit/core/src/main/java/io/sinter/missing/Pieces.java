package io.sinter.missing;

/**
 * What a token's text is made of in another vocabulary.
 *
 * @param rows rows of the pieces, in the order of the text; may be empty
 * @param lengths length of each piece in characters, 1 or more
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Pieces(int[] rows, int[] lengths) {

    /** No pieces: the text cannot be written in the other vocabulary. */
    public static final Pieces NONE = new Pieces(new int[0], new int[0]);

    /** Checks the lengths. */
    public Pieces {
        if (rows.length != lengths.length) {
            throw new IllegalArgumentException("%d pieces with %d lengths".formatted(rows.length, lengths.length));
        }
        for (int length : lengths) {
            if (length < 1) {
                throw new IllegalArgumentException("a piece of " + length + " characters");
            }
        }
    }
}
