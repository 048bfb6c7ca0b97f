package io.sinter.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The digest that tells whether a file arrived as it was sent.
 *
 * @param kind how it is computed
 * @param hex in lower-case hexadecimal
 */
record HubDigest(Kind kind, String hex) {

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SHA_1 = Pattern.compile("[0-9a-f]{40}");
    private static final int BUFFER = 128 << 10;

    /** Ways to compute one. */
    enum Kind {
        /** SHA-256 of the content: of files in git-LFS. */
        SHA_256,
        /** Git's own: SHA-1 of {@code "blob SIZE\0"} and the content. */
        GIT_BLOB
    }

    /** Whether a text is a digest of that kind. */
    static boolean isOne(Kind kind, String hex) {
        return switch (kind) {
            case SHA_256 -> SHA_256.matcher(hex).matches();
            case GIT_BLOB -> SHA_1.matcher(hex).matches();
        };
    }

    /** A digest to which content of that many bytes is given in turn. */
    MessageDigest begin(long size) {
        return switch (kind) {
            case SHA_256 -> algorithm("SHA-256");
            case GIT_BLOB -> {
                MessageDigest digest = algorithm("SHA-1");
                digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
                yield digest;
            }
        };
    }

    /** Whether this is the digest of what was given to {@link #begin}. */
    boolean isThatOf(MessageDigest digest) {
        return hex.equals(HexFormat.of().formatHex(digest.digest()));
    }

    /** Whether this is a file's. */
    boolean isThatOf(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            MessageDigest digest = begin(channel.size());
            read(channel, digest);
            return isThatOf(digest);
        }
    }

    /** Gives all that follows in a file to a digest. */
    static void read(FileChannel channel, MessageDigest digest) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (channel.read(buffer) >= 0) {
            digest.update(buffer.flip());
            buffer.clear();
        }
    }

    /** The kind in words. */
    String describe() {
        return switch (kind) {
            case SHA_256 -> "SHA-256 " + hex;
            case GIT_BLOB -> "git's SHA-1 " + hex;
        };
    }

    private static MessageDigest algorithm(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + name, e);
        }
    }
}
