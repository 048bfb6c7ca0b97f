package io.sinter.vocabulary;

import io.sinter.vocabulary.TokenForm.Kind;
import io.sinter.vocabulary.TokenForm.Place;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How a tokenizer writes where its tokens are found, read from the parts of its {@code tokenizer.json}. */
sealed interface Notation {

    /** A token's text and place. */
    Written read(String token);

    /** The token for a text at a place of a word; nothing if the notation has no way to write it there. */
    Optional<String> write(String surface, Place place);

    /** A token without the marks that the model adds to what the pre-tokenizer gives it. */
    default String seenByModel(String token) {
        return token;
    }

    /**
     * A token without its marks.
     *
     * @param surface the text
     */
    record Written(String surface, Place place, Kind kind) {

        private static Written text(String surface, Place place) {
            return new Written(surface, place, Kind.TEXT);
        }

        /** Of a notation that marks words' starts only: what has no mark goes on, unless it stands alone. */
        private static Written unmarked(String surface) {
            return text(surface, Characters.standsAlone(surface) ? Place.ISOLATED : Place.CONTINUATION);
        }
    }

    /**
     * Continuations have a prefix, as in WordPiece: {@code ##ing}.
     *
     * @param isolated what the tokenizer cuts off on both sides
     */
    record Continuations(String prefix, Predicate<String> isolated) implements Notation {
        @Override
        public Written read(String token) {
            if (token.length() > prefix.length() && token.startsWith(prefix)) {
                return Written.text(token.substring(prefix.length()), Place.CONTINUATION);
            }
            return Written.text(token, isolated.test(token) ? Place.ISOLATED : Place.START);
        }

        @Override
        public Optional<String> write(String surface, Place place) {
            return switch (place) {
                case CONTINUATION -> Optional.of(prefix + surface);
                case START, ISOLATED -> Optional.of(surface).filter(s -> !s.startsWith(prefix));
            };
        }

        @Override
        public String seenByModel(String token) {
            return token.startsWith(prefix) ? token.substring(prefix.length()) : token;
        }
    }

    /** Bytes as characters, the space before a word part of it, as in GPT-2: {@code Ġthe}. */
    record ByteLevel() implements Notation {
        @Override
        public Written read(String token) {
            Optional<byte[]> bytes = ByteAlphabet.read(token);
            if (bytes.isEmpty()) {
                return Written.unmarked(token);
            }
            boolean start = bytes.get().length > 0 && bytes.get()[0] == ' ';
            byte[] rest = start ? Arrays.copyOfRange(bytes.get(), 1, bytes.get().length) : bytes.get();
            Optional<String> text = ByteAlphabet.text(rest);
            if (text.isEmpty()) {
                return new Written(
                        ByteAlphabet.hexadecimal(rest), start ? Place.START : Place.CONTINUATION, Kind.BYTES);
            }
            return start ? Written.text(text.get(), Place.START) : Written.unmarked(text.get());
        }

        @Override
        public Optional<String> write(String surface, Place place) {
            return Optional.of(ByteAlphabet.write(place == Place.START ? " " + surface : surface));
        }
    }

    /**
     * A mark for the space before a word, as in SentencePiece: {@code ▁the}.
     *
     * @param mark the sign for a space
     */
    record Spaces(String mark) implements Notation {
        @Override
        public Written read(String token) {
            if (token.startsWith(mark)) {
                return Written.text(token.substring(mark.length()).replace(mark, " "), Place.START);
            }
            return Written.unmarked(token.replace(mark, " "));
        }

        @Override
        public Optional<String> write(String surface, Place place) {
            String text = surface.replace(" ", mark);
            return Optional.of(place == Place.START ? mark + text : text);
        }
    }

    /**
     * A suffix at words' ends, as in CLIP: {@code the</w>}. What has it is taken as a whole word, which frequent tokens
     * are; what has none, as a part.
     *
     * @param suffix the mark
     * @param inner how the rest is written
     */
    record WordEnds(String suffix, Notation inner) implements Notation {
        @Override
        public Written read(String token) {
            boolean end = token.length() > suffix.length() && token.endsWith(suffix);
            Written rest = inner.read(end ? token.substring(0, token.length() - suffix.length()) : token);
            if (end && rest.place == Place.ISOLATED) {
                return rest;
            }
            return new Written(rest.surface, end ? Place.START : Place.CONTINUATION, rest.kind);
        }

        /** Of a continuation it is not known whether it ends its word. */
        @Override
        public Optional<String> write(String surface, Place place) {
            return switch (place) {
                case CONTINUATION -> Optional.empty();
                case START, ISOLATED -> inner.write(surface, Place.ISOLATED).map(text -> text + suffix);
            };
        }

        @Override
        public String seenByModel(String token) {
            return token.endsWith(suffix) ? token.substring(0, token.length() - suffix.length()) : token;
        }
    }

    /** No marks: every token is a word. */
    record Words() implements Notation {
        @Override
        public Written read(String token) {
            return Written.text(token, Characters.standsAlone(token) ? Place.ISOLATED : Place.START);
        }

        @Override
        public Optional<String> write(String surface, Place place) {
            return place == Place.CONTINUATION ? Optional.empty() : Optional.of(surface);
        }
    }

    /** A byte that a tokenizer falls back to. */
    Pattern FALLBACK_BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

    /** The notation of a tokenizer. */
    static Notation of(ObjectNode json) {
        JsonNode model = json.path("model");
        String suffix = model.path("end_of_word_suffix").asString("");
        Notation inner = withoutSuffix(json, model);
        return suffix.isEmpty() ? inner : new WordEnds(suffix, inner);
    }

    private static Notation withoutSuffix(ObjectNode json, JsonNode model) {
        for (String part : List.of("normalizer", "pre_tokenizer", "decoder")) {
            if (Parts.find(json.path(part), "ByteLevel").isPresent()) {
                return new ByteLevel();
            }
        }
        Optional<String> mark = spaceMark(json);
        if (mark.isPresent()) {
            return new Spaces(mark.get());
        }
        boolean wordPiece = model.path("type").asString("").equals("WordPiece")
                || (model.path("type").isMissingNode() && model.has("max_input_chars_per_word"));
        String prefix = model.path("continuing_subword_prefix").asString(wordPiece ? "##" : "");
        return prefix.isEmpty() ? new Words() : new Continuations(prefix, isolated(json));
    }

    /** Metaspace's sign, or the one that spaces are replaced by, which Llama's normaliser does. */
    private static Optional<String> spaceMark(ObjectNode json) {
        for (String part : List.of("pre_tokenizer", "decoder")) {
            Optional<ObjectNode> metaspace = Parts.find(json.path(part), "Metaspace");
            if (metaspace.isPresent()) {
                return metaspace.map(m -> m.path("replacement").asString("\u2581"));
            }
        }
        return Parts.steps(json.path("normalizer")).stream()
                .filter(s -> s.path("pattern").path("String").asString("").equals(" "))
                .map(s -> s.path("content").asString(""))
                .filter(content -> !content.isEmpty())
                .findFirst();
    }

    private static Predicate<String> isolated(ObjectNode json) {
        boolean marks =
                Parts.find(json.path("pre_tokenizer"), "BertPreTokenizer").isPresent()
                        || Parts.find(json.path("pre_tokenizer"), "Punctuation").isPresent();
        boolean ideographs = Parts.find(json.path("normalizer"), "BertNormalizer")
                .map(n -> n.path("handle_chinese_chars").asBoolean(true))
                .orElse(false);
        return text ->
                Characters.standsAlone(text) && (Characters.isIdeograph(text.codePointAt(0)) ? ideographs : marks);
    }
}
