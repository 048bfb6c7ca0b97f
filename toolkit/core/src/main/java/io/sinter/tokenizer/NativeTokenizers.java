package io.sinter.tokenizer;

import io.sinter.cache.CacheDirectory;

/**
 * Where the native tokenizer library unpacks itself: Sinter's cache, unless the user chose a place. Telemetry and
 * downloads of the library are off.
 */
final class NativeTokenizers {

    private NativeTokenizers() {}

    /** Sets what is not set, before the library's classes load. */
    static void prepare() {
        CacheDirectory cache = CacheDirectory.standard();
        setIfAbsent("DJL_CACHE_DIR", cache.root().resolve("djl").toString());
        cache.use("djl");
        setIfAbsent("OPT_OUT_TRACKING", "true");
        if (System.getenv("DJL_OFFLINE") == null && System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getenv(name) == null && System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
