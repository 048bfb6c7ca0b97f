package io.sinter.hub;

import io.sinter.error.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Supplier;

/** Closes a stream on which nothing comes for too long, which Java's HTTP client would wait for forever. */
final class SilenceWatch implements AutoCloseable {

    private final InputStream stream;
    private final Duration longest;
    private final Thread thread;
    private volatile long heard = System.nanoTime();
    private volatile boolean gaveUp;

    /** Watches a stream until it is closed. */
    SilenceWatch(InputStream stream, Duration longest) {
        this.stream = stream;
        this.longest = longest;
        this.thread = Thread.ofVirtual().name("sinter-silence").start(this::watch);
    }

    /** Reads as the stream does. */
    int read(byte[] buffer) throws IOException {
        try {
            int count = stream.read(buffer);
            if (count < 0 && gaveUp) {
                throw silent();
            }
            heard = System.nanoTime();
            return count;
        } catch (IOException e) {
            throw gaveUp ? silent() : e;
        }
    }

    /** All that comes, unless it is more than a limit. */
    byte[] readAll(long limit, Supplier<MalformedException> tooMuch) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 << 10];
        for (int count = read(buffer); count >= 0; count = read(buffer)) {
            all.write(buffer, 0, count);
            if (all.size() > limit) {
                throw tooMuch.get();
            }
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (true) {
                long left = longest.toNanos() - (System.nanoTime() - heard);
                if (left <= 0) {
                    gaveUp = true;
                    stream.close();
                    return;
                }
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException | IOException e) {
            // Nothing to watch any more.
        }
    }

    private IOException silent() {
        return new IOException("nothing came for %.1f s".formatted(longest.toMillis() / 1e3));
    }
}
