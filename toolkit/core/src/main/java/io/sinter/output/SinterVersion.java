package io.sinter.output;

/** The version of this library, from its jar. */
public final class SinterVersion {

    /** Such as {@code 0.1.0-SNAPSHOT}; {@code development} where classes are not in a jar. */
    public static final String CURRENT = current();

    private SinterVersion() {}

    private static String current() {
        String version = SinterVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
