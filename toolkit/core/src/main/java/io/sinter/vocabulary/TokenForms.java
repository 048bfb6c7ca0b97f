package io.sinter.vocabulary;

import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.vocabulary.TokenForm.Kind;
import io.sinter.vocabulary.TokenForm.Place;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every token of a vocabulary stands for. Read from the parts of {@code tokenizer.json} (prefixes, suffixes, byte
 * level, the mark for spaces, post-processor), not from a model's name.
 */
public final class TokenForms {

    private static final Pattern UNUSED = Pattern.compile(
            "\\[unused\\d+]|<unused_?\\d+>|<extra_id_\\d+>|madeupword\\d+|<\\|reserved[^|]*\\|>|<reserved\\d+>");

    private final @Nullable TokenForm[] forms;
    private final Map<SpecialToken, Integer> roles;

    private TokenForms(@Nullable TokenForm[] forms, Map<SpecialToken, Integer> roles) {
        this.forms = forms;
        this.roles = Map.copyOf(roles);
    }

    /** The tokens of a tokenizer. */
    public static TokenForms of(TokenizerJson tokenizer) {
        ObjectNode json = tokenizer.json();
        Set<String> special = new HashSet<>();
        Set<String> added = new HashSet<>();
        for (JsonNode entry : json.path("added_tokens")) {
            (entry.path("special").asBoolean(false) ? special : added)
                    .add(entry.path("content").stringValue());
        }
        Notation notation = Notation.of(json);
        Reading reading = new Reading(notation, special, added, Roles.of(json, tokenizer.vocabulary()));
        return reading.read(tokenizer.vocabulary());
    }

    /** Words without a tokenizer, such as those of word vectors: each begins a word. */
    public static TokenForms ofWords(Vocabulary words) {
        return new Reading(new Notation.Words(), Set.of(), Set.of(), Roles.bySpelling(words)).read(words);
    }

    /** Some forms, whatever their ids: each gets its place in the list. */
    static TokenForms of(List<TokenForm> forms) {
        return new TokenForms(forms.toArray(TokenForm[]::new), Map.of());
    }

    /** The form of an id; nothing if no token has it. */
    public Optional<TokenForm> form(int id) {
        return id < 0 || id >= forms.length ? Optional.empty() : Optional.ofNullable(forms[id]);
    }

    /** All forms, by id. */
    public Stream<TokenForm> stream() {
        return Stream.of(forms).filter(Objects::nonNull).map(Objects::requireNonNull);
    }

    /** One more than the largest id. */
    public int rows() {
        return forms.length;
    }

    /** The id of the special token for a purpose, if there is one. */
    public OptionalInt special(SpecialToken role) {
        Integer id = roles.get(role);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The tokens of a kind, by id. */
    public List<TokenForm> ofKind(Kind kind) {
        return stream().filter(f -> f.kind() == kind).toList();
    }

    /**
     * How the tokens of one vocabulary are read.
     *
     * @param special contents of the added tokens that are special
     * @param added contents of the others
     */
    private record Reading(
            Notation notation, Set<String> special, Set<String> added, Map<SpecialToken, Integer> roles) {

        TokenForms read(Vocabulary vocabulary) {
            Map<Integer, SpecialToken> byId = new HashMap<>();
            roles.forEach((role, id) -> byId.merge(id, role, (a, b) -> a.compareTo(b) < 0 ? a : b));
            @Nullable TokenForm[] forms = new TokenForm[vocabulary.rowsNeeded()];
            vocabulary.ids().forEach((token, id) -> forms[id] = form(id, token, byId.get(id)));
            return new TokenForms(forms, roles);
        }

        private TokenForm form(int id, String token, @Nullable SpecialToken role) {
            if (role != null) {
                return new TokenForm(id, token, token, Place.ISOLATED, Kind.SPECIAL, role);
            }
            if (UNUSED.matcher(token).matches()) {
                return new TokenForm(id, token, token, Place.ISOLATED, Kind.UNUSED, null);
            }
            if (special.contains(token)) {
                return new TokenForm(id, token, token, Place.ISOLATED, Kind.SPECIAL, null);
            }
            if (added.contains(token)) {
                return new TokenForm(id, token, token, Place.ISOLATED, Kind.TEXT, null);
            }
            if (Notation.FALLBACK_BYTE.matcher(token).matches()) {
                return new TokenForm(id, token, token, Place.CONTINUATION, Kind.BYTES, null);
            }
            Notation.Written written = notation.read(token);
            return new TokenForm(id, token, written.surface(), written.place(), written.kind(), null);
        }
    }
}
