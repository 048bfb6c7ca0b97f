package io.sinter.onnx.io;

import io.sinter.error.MalformedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Steps through the fields of one protobuf message in memory. Every tag and length is checked before it is followed.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol buffers: encoding</a>
 */
final class WireReader {

    /** Messages or groups inside each other, as protobuf's own limit. */
    static final int MAX_DEPTH = 100;

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int GROUP_START = 3;
    private static final int GROUP_END = 4;
    private static final int FIXED32 = 5;

    private final MemorySegment bytes;
    private final long end;
    private final String where;
    private long position;
    private long start;
    private long payload;
    private int number;
    private int wireType;

    /** The fields of the message in {@code [from, to)}. */
    WireReader(MemorySegment bytes, long from, long to, String where) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
        this.where = where;
    }

    /** Steps to the next field; false at the end of the message. */
    boolean next() {
        if (position == end) {
            return false;
        }
        start = position;
        readTag();
        if (wireType == GROUP_END) {
            throw malformed("a group ends that did not begin");
        }
        skipPayload(0);
        return true;
    }

    /** Number of the current field. */
    int number() {
        return number;
    }

    /** Whether the current field is a message, string or bytes. */
    boolean isLengthDelimited() {
        return wireType == LENGTH_DELIMITED;
    }

    /** Where the current field's tag begins. */
    long start() {
        return start;
    }

    /** Where the content of the current, length-delimited field begins. */
    long payload() {
        return payload;
    }

    /** Where the current field ends. */
    long end() {
        return position;
    }

    private void readTag() {
        long tag = readVarint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw malformed("invalid field tag " + Long.toUnsignedString(tag));
        }
        number = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
    }

    private void skipPayload(int depth) {
        switch (wireType) {
            case VARINT -> readVarint();
            case FIXED64 -> advance(8);
            case FIXED32 -> advance(4);
            case LENGTH_DELIMITED -> {
                long length = readVarint();
                payload = position;
                advance(length);
            }
            case GROUP_START -> skipGroup(depth + 1);
            default -> throw malformed("wire type " + wireType + " does not exist");
        }
    }

    private void skipGroup(int depth) {
        if (depth > MAX_DEPTH) {
            throw malformed("groups are nested deeper than " + MAX_DEPTH);
        }
        int group = number;
        for (readTag(); wireType != GROUP_END; readTag()) {
            skipPayload(depth);
        }
        if (number != group) {
            throw malformed("group %d is closed as %d".formatted(group, number));
        }
        wireType = GROUP_START;
    }

    private void advance(long length) {
        if (length < 0 || length > end - position) {
            throw malformed("field %d claims %s bytes, but %d are left: the file is cut off or damaged"
                    .formatted(number, Long.toUnsignedString(length), end - position));
        }
        position += length;
    }

    private long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == end) {
                throw malformed("the file is cut off or damaged");
            }
            byte b = bytes.get(ValueLayout.JAVA_BYTE, position++);
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("a number takes more than 10 bytes");
    }

    private MalformedException malformed(String problem) {
        return new MalformedException("%s: not an ONNX model: at byte %d: %s".formatted(where, start, problem));
    }
}
