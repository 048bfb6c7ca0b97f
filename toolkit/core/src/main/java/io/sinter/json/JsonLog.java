package io.sinter.json;

import io.sinter.error.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.json.JsonMapper;

/** A file with a line of JSON for each thing that happened, to which one process at a time adds lines. */
public final class JsonLog implements AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Path file;
    private final FileChannel channel;

    private JsonLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file, or makes it.
     *
     * @param work what another process does that has it open, such as {@code trains}
     * @throws OutputException if another process, or another part of this one, has it open, or it cannot be written
     */
    public static JsonLog open(Path file, String work) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw new OutputException(
                        "%s: another process %s here; wait for it, or choose another folder".formatted(file, work));
            }
            return new JsonLog(file, channel);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Until the channel is closed. */
    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** All that is in it; by the same descriptor, as closing another one of this file would give up the lock. */
    public String read() {
        try {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
                // until all is read
            }
            return StandardCharsets.UTF_8.decode(content.flip()).toString();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /**
     * Drops what is behind a beginning; lines are added behind it.
     *
     * @param kept that it begins with
     */
    public void keep(String kept) {
        try {
            channel.truncate(kept.getBytes(StandardCharsets.UTF_8).length);
            channel.position(channel.size());
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Adds a line. */
    public void append(Object line) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(MAPPER.writeValueAsString(line) + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Puts all lines on the disk. */
    public void force() {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    private static OutputException cannotWrite(Path file, IOException e) {
        return new OutputException(file + ": cannot be written: " + e.getMessage(), e);
    }

    /** Lets others write to it. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }
}
