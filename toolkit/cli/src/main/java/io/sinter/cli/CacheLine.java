package io.sinter.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.cache.CacheEntry;
import java.util.Locale;

/**
 * An entry of the cache as it is printed.
 *
 * @param name to give to {@code sinter cache clean}
 * @param kind of entry, in lower case
 * @param path where it is
 * @param bytes on the disk
 * @param lastUsed in UTC, as ISO 8601 has it
 * @param inUse whether a process uses it
 * @param madeAgain what makes it again
 */
record CacheLine(
        String name,
        String kind,
        String path,
        long bytes,
        @JsonProperty("last_used") String lastUsed,
        @JsonProperty("in_use") boolean inUse,
        @JsonProperty("made_again") String madeAgain) {

    static CacheLine of(CacheEntry entry) {
        return new CacheLine(
                entry.name(),
                kind(entry),
                entry.path().toString(),
                entry.bytes(),
                entry.lastUsed().toString(),
                entry.inUse(),
                entry.kind().madeAgain());
    }

    /** The kind as people write it. */
    static String kind(CacheEntry entry) {
        return entry.kind().name().toLowerCase(Locale.ROOT);
    }
}
