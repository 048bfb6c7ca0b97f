package io.sinter.cache;

import java.nio.file.Path;
import java.time.Instant;

/**
 * Something in the cache that can be removed by itself.
 *
 * @param kind what it is
 * @param name that people call it by
 * @param path the file or folder
 * @param bytes on the disk; a file under two names is counted once
 * @param lastUsed when a process last began to use it, or else when it was made
 * @param inUse whether a process uses or makes it now, or nobody can tell
 */
public record CacheEntry(Kind kind, String name, Path path, long bytes, Instant lastUsed, boolean inUse) {

    /** What there is in a cache. */
    public enum Kind {
        /** ONNX Runtime's libraries. */
        NATIVE("the next command that runs a model unpacks it"),
        /** The library of Hugging Face's tokenizers. */
        TOKENIZERS("the next command that cuts a text into tokens unpacks it"),
        /** Models of the demo. */
        DEMO("building Sinter (mvn package) fetches it from Maven Central; nothing else does"),
        /** Models of a hub, each at a commit. */
        HUB("it is downloaded when it is named again, if the hub still has it"),
        /** What a process began and did not end. */
        UNFINISHED("nothing needs it; a download would go on from it");

        private final String madeAgain;

        Kind(String madeAgain) {
            this.madeAgain = madeAgain;
        }

        /** What makes an entry again after it was removed; a sentence without its end. */
        public String madeAgain() {
            return madeAgain;
        }
    }

    /** Whether people mean this: by its name, for a hub's model also without the commit. */
    public boolean isCalled(String wanted) {
        return name.equals(wanted) || (kind == Kind.HUB && (name.startsWith(wanted + "@") || isCommit(wanted)));
    }

    private boolean isCommit(String wanted) {
        int at = wanted.indexOf('@');
        return at > 0 && wanted.length() > name.length() && wanted.startsWith(name);
    }
}
