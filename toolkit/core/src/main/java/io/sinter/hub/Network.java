package io.sinter.hub;

/** Whether the network may be used. */
public enum Network {
    /** It may. */
    ONLINE,
    /** It may not: what is in the caches must do. */
    OFFLINE
}
