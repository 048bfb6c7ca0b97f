package io.sinter.hub;

import java.util.Optional;

/**
 * A file of a repository.
 *
 * @param path with slashes, from the repository's root
 * @param size in bytes
 * @param digest what its content must have, if the hub says it
 */
record HubFile(String path, long size, Optional<HubDigest> digest) {

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 1024;

    /** Why a path is none of a file inside a folder, or "". Listings come from servers, and are not trusted. */
    static String mistakeIn(String path) {
        if (path.length() > LONGEST_PATH) {
            return "longer than %d characters".formatted(LONGEST_PATH);
        }
        if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':')) {
            return "a control character, a backslash or a colon";
        }
        for (String name : path.split("/", -1)) {
            if (name.isEmpty()) {
                return "an empty name between slashes";
            }
            if (name.equals(".") || name.equals("..")) {
                return "\"" + name + "\" leads elsewhere";
            }
            if (name.length() > LONGEST_NAME) {
                return "a name longer than %d characters".formatted(LONGEST_NAME);
            }
        }
        return "";
    }

    /** The last part of the path. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
