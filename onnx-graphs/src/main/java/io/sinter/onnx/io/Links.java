package io.sinter.onnx.io;

/**
 * What is done where external data is reached through links. A model from a stranger may come with a link to any file of
 * this machine, whose bytes would then be weights, and end up in whatever is made of the model.
 */
public enum Links {

    /**
     * Symbolic links must lead to a file in the model's folder or, where the model's file is itself a link, in the folder
     * that it leads to: so are Hugging Face's caches laid out. Files with several names (hard links) are refused.
     */
    CONTAINED,

    /** Any link is followed. For models that are trusted. */
    FOLLOWED;

    /** The system property that {@link #standard} reads. */
    public static final String PROPERTY = "sinter.follow-links";

    /** {@link #FOLLOWED} if the system property {@value #PROPERTY} or the variable {@code SINTER_FOLLOW_LINKS} is {@code true}. */
    public static Links standard() {
        String variable = System.getenv().getOrDefault("SINTER_FOLLOW_LINKS", "");
        return Boolean.parseBoolean(System.getProperty(PROPERTY, variable)) ? FOLLOWED : CONTAINED;
    }
}
