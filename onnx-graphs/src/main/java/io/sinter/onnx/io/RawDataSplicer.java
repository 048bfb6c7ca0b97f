package io.sinter.onnx.io;

import io.sinter.error.MalformedException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A serialised {@code ModelProto} in which the {@code raw_data} of every tensor that {@link MessageKind} leads to has been
 * replaced, and the lengths around it corrected. Nothing is copied: the result is a list of slices.
 *
 * <p>Reading replaces elements by the number of a slice of the file, which protobuf then parses; writing replaces such
 * numbers by elements.
 */
final class RawDataSplicer {

    private final MemorySegment message;
    private final UnaryOperator<MemorySegment> replacement;
    private final String where;
    private final List<MemorySegment> pieces = new ArrayList<>();
    private final long size;

    /**
     * Splices a message.
     *
     * @param message a serialised {@code ModelProto}
     * @param replacement new {@code raw_data} for old, called once a tensor, in order
     * @param where file name for messages
     * @throws MalformedException if a length or tag is wrong, or messages are nested too deeply
     */
    RawDataSplicer(MemorySegment message, UnaryOperator<MemorySegment> replacement, String where) {
        this.message = message;
        this.replacement = replacement;
        this.where = where;
        this.size = splice(MessageKind.MODEL, 0, message.byteSize(), 1);
    }

    /** Bytes of the result. */
    long size() {
        return size;
    }

    /** The result, as consecutive slices. */
    List<MemorySegment> pieces() {
        return Collections.unmodifiableList(pieces);
    }

    /**
     * The result in one array.
     *
     * @throws ArithmeticException if it does not fit into one
     */
    byte[] toByteArray() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        MemorySegment out = MemorySegment.ofArray(bytes);
        long position = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, 0, out, position, piece.byteSize());
            position += piece.byteSize();
        }
        return bytes;
    }

    private long splice(MessageKind kind, long from, long to, int depth) {
        if (depth > WireReader.MAX_DEPTH) {
            throw new MalformedException(
                    "%s: not an ONNX model: messages are nested deeper than %d".formatted(where, WireReader.MAX_DEPTH));
        }
        long total = 0;
        long copied = from;
        WireReader fields = new WireReader(message, from, to, where);
        while (fields.next()) {
            if (!fields.isLengthDelimited()) {
                continue;
            }
            int mark = pieces.size();
            MessageKind child = kind.child(fields.number());
            if (child != null) {
                long spliced = nested(child, copied, fields, depth);
                if (spliced == 0) {
                    pieces.subList(mark, pieces.size()).clear();
                    continue;
                }
                total += spliced;
                copied = fields.end();
            } else if (kind == MessageKind.TENSOR && fields.number() == MessageKind.RAW_DATA) {
                total += literal(copied, fields.start());
                total += replace(message.asSlice(fields.payload(), fields.end() - fields.payload()));
                copied = fields.end();
            }
        }
        return total + literal(copied, to);
    }

    /** What came before, header and content of an inner message; 0 if nothing in it was replaced. */
    private long nested(MessageKind kind, long copied, WireReader field, int depth) {
        long before = literal(copied, field.start());
        int header = pieces.size();
        pieces.add(MemorySegment.NULL);
        long inner = splice(kind, field.payload(), field.end(), depth + 1);
        if (pieces.size() <= header + 2) {
            return 0;
        }
        pieces.set(header, header(field.number(), inner));
        return before + pieces.get(header).byteSize() + inner;
    }

    private long literal(long from, long to) {
        if (to > from) {
            pieces.add(message.asSlice(from, to - from));
        }
        return to - from;
    }

    private long replace(MemorySegment rawData) {
        MemorySegment elements = replacement.apply(rawData);
        MemorySegment header = header(MessageKind.RAW_DATA, elements.byteSize());
        pieces.add(header);
        pieces.add(elements);
        return header.byteSize() + elements.byteSize();
    }

    private static MemorySegment header(int number, long length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(12);
        varint((long) number << 3 | 2, out);
        varint(length, out);
        return MemorySegment.ofArray(out.toByteArray());
    }

    private static void varint(long value, ByteArrayOutputStream out) {
        long rest = value;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            out.write((int) ((rest & 0x7f) | 0x80));
        }
        out.write((int) rest);
    }
}
