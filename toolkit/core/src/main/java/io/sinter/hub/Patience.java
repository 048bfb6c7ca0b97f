package io.sinter.hub;

import java.time.Duration;

/**
 * How long a hub is waited for.
 *
 * @param connect until it takes the connection
 * @param answer until an answer begins
 * @param silence between two pieces of an answer
 * @param backoff after the first failure; doubled after each further one
 * @param longestWait that a hub may ask for by {@code Retry-After}
 * @param attempts until the failure is final
 */
public record Patience(
        Duration connect, Duration answer, Duration silence, Duration backoff, Duration longestWait, int attempts) {

    /** What suits a slow network. */
    public static final Patience USUAL = new Patience(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofMinutes(6),
            5);
}
