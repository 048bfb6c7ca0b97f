package io.sinter.hub;

import io.sinter.error.MalformedException;
import io.sinter.error.OutputException;
import io.sinter.hub.Attempts.CutOff;
import io.sinter.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file on its way. What has arrived stays in the part when the connection or the process ends, and the next attempt,
 * of this process or another, asks for the rest only.
 *
 * @param connection to the hub
 * @param asked the file's address
 * @param file what is expected
 * @param part where what has arrived is; {@code .etag} beside it says of which version
 */
record Download(HubConnection connection, HubRequest asked, HubFile file, Path part) {

    private static final int BUFFER = 256 << 10;

    /** So much of a file is an attempt that got somewhere. */
    private static final long WORTH_COUNTING = 1L << 20;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

    /** What arrived is not what was sent. */
    static final class Damaged extends IOException {

        private static final long serialVersionUID = 1L;

        private Damaged(String message) {
            super(message);
        }
    }

    /**
     * Gets what is missing; afterwards the part is the whole file, on the disk and checked.
     *
     * @throws IOException if the connection breaks; what has arrived is kept
     * @throws MalformedException if the hub sends another size than it announced, or twice another content
     */
    void run(Attempts attempts, Progress.Task task) throws IOException {
        long[] told = {0};
        boolean[] damagedBefore = {false};
        attempts.run(asked.model() + "/" + file.path(), () -> {
            try (FileChannel channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                fill(channel, told, task);
                return channel.size();
            } catch (Damaged e) {
                discard();
                if (damagedBefore[0]) {
                    throw new MalformedException(
                            "%s/%s: %s, twice; a proxy or the hub changes it: try another network or HF_ENDPOINT"
                                    .formatted(asked.model(), file.path(), e.getMessage()),
                            e);
                }
                damagedBefore[0] = true;
                throw e;
            }
        });
    }

    /** Forgets what has arrived. */
    void discard() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(tag());
    }

    private Path tag() {
        return part.resolveSibling(part.getFileName() + ".etag");
    }

    private void fill(FileChannel channel, long[] told, Progress.Task task) throws IOException {
        if (channel.size() > file.size()) {
            channel.truncate(0);
        }
        Optional<MessageDigest> digest = file.digest().map(d -> d.begin(file.size()));
        if (digest.isPresent()) {
            HubDigest.read(channel.position(0), digest.get());
        }
        channel.position(channel.size());
        tell(channel.size(), told, task);
        if (channel.size() < file.size()) {
            digest = receive(channel, digest, told, task);
        }
        channel.force(true);
        if (digest.isPresent() && !file.digest().orElseThrow().isThatOf(digest.get())) {
            throw new Damaged("what arrived does not have the announced %s"
                    .formatted(file.digest().orElseThrow().describe()));
        }
    }

    private Optional<MessageDigest> receive(
            FileChannel channel, Optional<MessageDigest> before, long[] told, Progress.Task task) throws IOException {
        long start = channel.size();
        HttpResponse<InputStream> response = connection.get(asked, headers(start));
        try (InputStream body = response.body()) {
            Optional<MessageDigest> digest = before;
            if (response.statusCode() == 416) {
                discard();
                throw new IOException("it does not have the rest of what it sent before");
            }
            if (response.statusCode() == 206) {
                requireRange(response.headers(), start);
            } else if (start > 0) {
                channel.truncate(0).position(0);
                digest = file.digest().map(d -> d.begin(file.size()));
            }
            requireSize(response.headers(), file.size() - channel.size());
            Optional<String> tag = response.headers().firstValue("ETag");
            if (tag.isPresent()) {
                Files.writeString(tag(), tag.get());
            }
            copy(body, channel, digest, position -> tell(position, told, task));
            return digest;
        }
    }

    private Map<String, String> headers(long start) throws IOException {
        Map<String, String> headers = new HashMap<>();
        if (start > 0) {
            headers.put("Range", "bytes=" + start + "-");
            String tag = Files.exists(tag()) ? Files.readString(tag()).strip() : "";
            if (tag.matches("\"[!#-~]*\"")) {
                headers.put("If-Range", tag);
            }
        }
        return headers;
    }

    private void requireRange(HttpHeaders headers, long start) throws IOException {
        String range = headers.firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        boolean fits = matcher.matches()
                && Long.parseLong(matcher.group(1)) == start
                && (matcher.group(3).equals("*") || Long.parseLong(matcher.group(3)) == file.size());
        if (!fits) {
            discard();
            throw new IOException("asked for bytes from %d, it sends \"%s\"".formatted(start, range));
        }
    }

    private void requireSize(HttpHeaders headers, long expected) throws IOException {
        long length = headers.firstValueAsLong("Content-Length").orElse(expected);
        if (length > expected) {
            throw tooLong();
        }
    }

    private MalformedException tooLong() throws IOException {
        discard();
        return new MalformedException("%s/%s: the hub sends more than the %d bytes that it announced; not kept"
                .formatted(asked.model(), file.path(), file.size()));
    }

    @FunctionalInterface
    private interface Listener {
        void at(long position);
    }

    private void copy(InputStream body, FileChannel channel, Optional<MessageDigest> digest, Listener listener)
            throws IOException {
        long start = channel.size();
        byte[] buffer = new byte[BUFFER];
        try (SilenceWatch watch =
                new SilenceWatch(body, asked.settings().patience().silence())) {
            for (int count = watch.read(buffer); count >= 0; count = watch.read(buffer)) {
                if (channel.position() + count > file.size()) {
                    throw tooLong();
                }
                write(channel, ByteBuffer.wrap(buffer, 0, count));
                if (digest.isPresent()) {
                    digest.get().update(buffer, 0, count);
                }
                listener.at(channel.position());
            }
        } catch (IOException e) {
            throw broken(channel.position(), start, e);
        }
        if (channel.position() < file.size()) {
            throw broken(channel.position(), start, new IOException("it ended early"));
        }
    }

    private IOException broken(long position, long start, IOException cause) {
        String message = "broken off after %d of %d bytes: %s".formatted(position, file.size(), cause.getMessage());
        return position - start >= WORTH_COUNTING ? new CutOff(message, cause) : new IOException(message, cause);
    }

    /** A full disk is no broken connection, which one would try again. */
    private void write(FileChannel channel, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new OutputException(
                    "%s: cannot be written: %s; free space, or set SINTER_CACHE to another disk"
                            .formatted(part, e.getMessage()),
                    e);
        }
    }

    /** Tells what is new: a file that starts again is not told twice. */
    private static void tell(long position, long[] told, Progress.Task task) {
        if (position > told[0]) {
            task.advance(position - told[0]);
            told[0] = position;
        }
    }
}
