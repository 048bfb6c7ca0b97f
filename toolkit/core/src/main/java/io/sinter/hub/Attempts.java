package io.sinter.hub;

import io.sinter.hub.HubConnection.TemporaryRefusal;
import io.sinter.progress.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tries again what a network or a busy hub broke, after longer and longer waits.
 *
 * @param patience how often, and how long
 * @param progress hears of long waits
 */
record Attempts(Patience patience, Progress progress) {

    /** Waits of this length are worth a sentence. */
    private static final Duration LONG = Duration.ofSeconds(2);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);

    /** What may fail. */
    @FunctionalInterface
    interface Attempt<T> {
        /** Does it once. */
        T run() throws IOException;
    }

    /** A failure after which the next attempt starts further on. */
    static final class CutOff extends IOException {

        private static final long serialVersionUID = 1L;

        /** Says what happened. */
        CutOff(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Runs it until it succeeds.
     *
     * @param what is asked, for messages
     * @throws IOException the last failure
     */
    <T> T run(String what, Attempt<T> attempt) throws IOException {
        for (int failures = 0; ; ) {
            try {
                return attempt.run();
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failures = e instanceof CutOff ? 1 : failures + 1;
                Duration wait = wait(e, failures);
                if (failures >= patience.attempts() || wait.compareTo(patience.longestWait()) > 0) {
                    throw e;
                }
                if (wait.compareTo(LONG) >= 0) {
                    progress.note("%s: %s; trying again in %d s".formatted(what, e.getMessage(), wait.toSeconds()));
                }
                sleep(wait);
            }
        }
    }

    private Duration wait(IOException failure, int failures) {
        Optional<Duration> asked = failure instanceof TemporaryRefusal refusal
                ? refusal.retryAfter().flatMap(Attempts::parse)
                : Optional.empty();
        long backoff =
                Math.min(patience.backoff().toMillis() << Math.min(failures - 1, 20), LONGEST_BACKOFF.toMillis());
        long jittered = backoff + ThreadLocalRandom.current().nextLong(backoff / 4 + 1);
        return asked.orElse(Duration.ofMillis(jittered));
    }

    /** {@code Retry-After}: seconds, or a date. */
    private static Optional<Duration> parse(String text) {
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration until = Duration.between(Instant.now(), date);
            return Optional.of(until.isNegative() ? Duration.ZERO : until);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static void sleep(Duration time) throws InterruptedIOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
