package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import io.sinter.json.StrictJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What a SentencePiece model file says that a tokenizer needs.
 *
 * @param pieces its vocabulary, in the order of the ids
 * @param algorithm which one cuts words
 * @param unknownId id of the unknown piece
 * @param charsMap its compiled normalisation, in base64; nothing if it has none
 * @see <a href="https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto">the format</a>
 */
record SentencePieceModel(List<Piece> pieces, Algorithm algorithm, int unknownId, Optional<String> charsMap) {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    /** Copies the list. */
    SentencePieceModel {
        pieces = List.copyOf(pieces);
    }

    /** How words are cut; the numbers are the format's. */
    enum Algorithm {
        /** The most probable pieces. */
        UNIGRAM,
        /** Pairs merged, the best first. */
        BPE
    }

    /**
     * A token.
     *
     * @param text how it is written, with U+2581 for a space
     * @param score the logarithm of its probability
     * @param type 1 for text, 2 unknown, 3 control, 4 defined by the user, 6 a byte
     */
    record Piece(String text, float score, int type) {

        private static final int CONTROL = 3;
        private static final int USER_DEFINED = 4;

        /** A token that is not in the file. */
        static Piece added(String text) {
            return new Piece(text, 0, CONTROL);
        }

        /** Whether it is found in a text before anything else. */
        boolean isAdded() {
            return type == CONTROL || type == USER_DEFINED;
        }

        /** As {@link #isAdded}: how. */
        AddedToken token() {
            return new AddedToken(text, false, false, false, false, type == CONTROL);
        }
    }

    /**
     * Reads a file.
     *
     * @throws io.sinter.error.MissingException if there is none
     * @throws MalformedException if it does not keep to the format, or cuts words in another way
     */
    static SentencePieceModel read(Path file) {
        ByteBuffer bytes = ByteBuffer.wrap(StrictJson.bytes(file, Vocabulary.MAX_BYTES));
        Reader reader = new Reader(file);
        reader.fields(bytes, reader::top);
        if (reader.pieces.isEmpty() || reader.pieces.size() > Vocabulary.MAX_ID) {
            throw new MalformedException("%s: %d pieces, expected 1 to %d; is it a SentencePiece model?"
                    .formatted(file, reader.pieces.size(), Vocabulary.MAX_ID));
        }
        if (reader.algorithm < 1 || reader.algorithm > Algorithm.values().length) {
            throw new MalformedException(
                    "%s: model_type %d, expected 1 (unigram) or 2 (bpe)".formatted(file, reader.algorithm));
        }
        return new SentencePieceModel(
                reader.pieces,
                Algorithm.values()[(int) reader.algorithm - 1],
                Math.toIntExact(Math.clamp(reader.unknownId, 0, reader.pieces.size() - 1)),
                reader.charsMap);
    }

    /** A field's value: a number, or the bytes of a string or message. */
    private record Field(int number, long value, ByteBuffer bytes) {}

    private static final class Reader {

        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

        private final Path file;
        private final List<Piece> pieces = new ArrayList<>();
        private long algorithm = 1;
        private long unknownId;
        private Optional<String> charsMap = Optional.empty();

        Reader(Path file) {
            this.file = file;
        }

        void top(Integer number, Field field) {
            switch (number) {
                case 1 -> pieces.add(piece(field.bytes));
                case 2 -> fields(field.bytes, this::trainer);
                case 3 -> fields(field.bytes, this::normalizer);
                default -> {}
            }
        }

        private void trainer(Integer number, Field field) {
            switch (number) {
                case 3 -> algorithm = field.value;
                case 40 -> unknownId = field.value;
                default -> {}
            }
        }

        private void normalizer(Integer number, Field field) {
            if (number == 2 && field.bytes.hasRemaining()) {
                byte[] map = new byte[field.bytes.remaining()];
                field.bytes.get(map);
                charsMap = Optional.of(Base64.getEncoder().encodeToString(map));
            }
        }

        private Piece piece(ByteBuffer bytes) {
            List<Field> fields = new ArrayList<>();
            fields(bytes, (number, field) -> fields.add(field));
            String text = "";
            float score = 0;
            int type = 1;
            for (Field field : fields) {
                switch (field.number) {
                    case 1 -> text = text(field.bytes);
                    case 2 -> score = Float.intBitsToFloat((int) field.value);
                    case 3 -> type = (int) field.value;
                    default -> {}
                }
            }
            if (text.isEmpty() || !Float.isFinite(score)) {
                throw new MalformedException("%s: piece %d: \"%s\" with score %s, expected a text and a number"
                        .formatted(file, pieces.size(), text, score));
            }
            return new Piece(text, score, type);
        }

        private String text(ByteBuffer bytes) {
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            } catch (CharacterCodingException e) {
                throw new MalformedException("%s: piece %d: no UTF-8".formatted(file, pieces.size()), e);
            }
        }

        void fields(ByteBuffer bytes, BiConsumer<Integer, Field> use) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                long key = varint(bytes);
                int number = (int) (key >>> 3);
                use.accept(number, field(number, (int) (key & 7), bytes));
            }
        }

        private Field field(int number, int wireType, ByteBuffer bytes) {
            return switch (wireType) {
                case VARINT -> new Field(number, varint(bytes), NOTHING);
                case FIXED32 -> new Field(number, require(bytes, Integer.BYTES).getInt(), NOTHING);
                case FIXED64 -> new Field(number, require(bytes, Long.BYTES).getLong(), NOTHING);
                case BYTES -> {
                    long length = varint(bytes);
                    ByteBuffer part = require(bytes, length).slice(bytes.position(), (int) length);
                    bytes.position(bytes.position() + (int) length);
                    yield new Field(number, 0, part);
                }
                default -> throw broken(bytes, "wire type " + wireType);
            };
        }

        private ByteBuffer require(ByteBuffer bytes, long length) {
            if (length < 0 || length > bytes.remaining()) {
                throw broken(bytes, "a field of %d bytes, %d are left".formatted(length, bytes.remaining()));
            }
            return bytes;
        }

        private long varint(ByteBuffer bytes) {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                byte next = require(bytes, 1).get();
                value |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw broken(bytes, "a number of more than ten bytes");
        }

        private MalformedException broken(ByteBuffer bytes, String what) {
            return new MalformedException("%s: byte %d of a message: %s; it is no SentencePiece model"
                    .formatted(file, bytes.position(), what));
        }
    }
}
