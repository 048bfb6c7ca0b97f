package io.sinter.vocabulary;

import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.vocabulary.TokenForm.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A tokenizer that is asked for the pieces of parts of words, where it would take any text as beginning one. */
final class PieceTexts implements AutoCloseable {

    private static final int MAX_TOKENS = 512;

    private final Tokenizer words;
    private final Tokenizer continuations;
    private final IntUnaryOperator continuationIds;
    private final int unknown;
    private final boolean marked;
    private final String beforeWord;

    /** Opens a tokenizer twice: as it is, and for texts that go on with a word. */
    PieceTexts(TokenizerJson source) {
        ObjectNode json = source.json();
        Notation notation = Notation.of(json);
        unknown = source.vocabulary().special(SpecialToken.UNK).orElse(-1);
        marked = notation instanceof Notation.ByteLevel || notation instanceof Notation.Spaces;
        beforeWord = marked && !addsSpace(json) ? " " : "";
        if (notation instanceof Notation.Continuations prefixed) {
            List<Integer> ids = onlyContinuations(json, prefixed.prefix(), source.vocabulary());
            continuationIds = ids::get;
        } else {
            withoutSpace(json);
            continuationIds = IntUnaryOperator.identity();
        }
        words = Tokenizer.open(source, MAX_TOKENS);
        continuations = Tokenizer.open(TokenizerJson.of(source.file(), json), MAX_TOKENS);
    }

    /** The pieces of tokens' texts at their places of a word. */
    List<Composition> write(List<TokenForm> forms) {
        Map<Integer, Composition> result = new TreeMap<>();
        write(forms, this::goesOn, continuations, result);
        write(forms, form -> !goesOn(form), words, result);
        return List.copyOf(result.values());
    }

    /** A sign or ideograph has no space before it, where spaces are marked. */
    private boolean goesOn(TokenForm form) {
        return switch (form.place()) {
            case START -> false;
            case CONTINUATION -> true;
            case ISOLATED -> marked;
        };
    }

    private void write(
            List<TokenForm> forms, Predicate<TokenForm> which, Tokenizer tokenizer, Map<Integer, Composition> result) {
        List<Integer> places = IntStream.range(0, forms.size())
                .filter(i -> which.test(forms.get(i)))
                .boxed()
                .toList();
        List<Encoding> encodings = tokenizer.encodeWhole(
                places.stream().map(i -> text(forms.get(i))).toList());
        for (int i = 0; i < places.size(); i++) {
            int before = forms.get(places.get(i)).place() == Place.START ? beforeWord.length() : 0;
            result.put(
                    places.get(i),
                    pieces(
                            encodings.get(i),
                            before,
                            tokenizer.equals(words) ? IntUnaryOperator.identity() : continuationIds));
        }
    }

    private String text(TokenForm form) {
        return form.place() == Place.START ? beforeWord + form.surface() : form.surface();
    }

    @Override
    public void close() {
        words.close();
        continuations.close();
    }

    private Composition pieces(Encoding encoding, int before, IntUnaryOperator ids) {
        long[] tokens = encoding.ids().toLongArray();
        List<Integer> rows = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (int t = 0; t < tokens.length; t++) {
            int row = ids.applyAsInt((int) tokens[t]);
            Encoding.Span span = encoding.spans().get(t);
            if (row != unknown) {
                rows.add(row);
                lengths.add(Math.max(1, span.end() - Math.max(before, span.start())));
            }
        }
        return new Composition(
                rows.stream().mapToInt(i -> i).toArray(),
                lengths.stream().mapToInt(i -> i).toArray());
    }

    /** Whether a tokenizer puts a space before a text by itself. */
    static boolean addsSpace(ObjectNode json) {
        JsonNode words = json.path("pre_tokenizer");
        return Parts.find(json.path("normalizer"), "Prepend").isPresent()
                || Parts.find(words, "ByteLevel")
                        .map(p -> p.path("add_prefix_space").asBoolean(true))
                        .orElse(false)
                || Parts.find(words, "Metaspace").map(PieceTexts::prepends).orElse(false);
    }

    private static boolean prepends(ObjectNode metaspace) {
        return metaspace.path("prepend_scheme").isString()
                ? !metaspace.path("prepend_scheme").stringValue().equals("never")
                : metaspace.path("add_prefix_space").asBoolean(true);
    }

    private static void withoutSpace(ObjectNode json) {
        for (ObjectNode step : Parts.steps(json.path("pre_tokenizer"))) {
            switch (step.path("type").asString("")) {
                case "ByteLevel" -> step.put("add_prefix_space", false);
                case "Metaspace" -> step.put("prepend_scheme", "never").remove("add_prefix_space");
                default -> {}
            }
        }
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        Parts.steps(json.path("normalizer")).stream()
                .filter(s -> !s.path("type").asString("").equals("Prepend"))
                .forEach(kept::add);
        json.putObject("normalizer").put("type", "Sequence").set("normalizers", kept);
    }

    /**
     * Makes a tokenizer whose words begin with what are continuations: every {@code ##x} is there as {@code x} too.
     *
     * @return the ids that its ids stand for
     */
    private static List<Integer> onlyContinuations(ObjectNode json, String prefix, Vocabulary vocabulary) {
        List<Integer> ids = new ArrayList<>();
        ObjectNode vocab = JsonNodeFactory.instance.objectNode();
        JsonNode unknown = json.path("model").path("unk_token");
        if (unknown.isString()) {
            vocab.put(unknown.stringValue(), 0);
            ids.add(vocabulary.id(unknown.stringValue()).orElse(-1));
        }
        vocabulary.ids().forEach((token, id) -> {
            if (token.length() > prefix.length() && token.startsWith(prefix)) {
                for (String name : List.of(token, token.substring(prefix.length()))) {
                    if (!vocab.has(name)) {
                        vocab.put(name, ids.size());
                        ids.add(id);
                    }
                }
            }
        });
        ((ObjectNode) json.path("model")).set("vocab", vocab);
        json.putArray("added_tokens");
        json.putNull("post_processor");
        json.putNull("padding");
        return ids;
    }
}
