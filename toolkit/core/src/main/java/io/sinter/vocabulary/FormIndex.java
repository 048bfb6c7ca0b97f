package io.sinter.vocabulary;

import io.sinter.vocabulary.TokenForm.Kind;
import io.sinter.vocabulary.TokenForm.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tokens of a vocabulary by what they stand for, to find the best counterpart of another vocabulary's token. */
final class FormIndex {

    private static final int ASCII = 0x80;

    private final TokenForms forms;
    private final Map<String, TokenForm> byToken = new HashMap<>();
    private final Map<Key, List<TokenForm>> exact = new HashMap<>();
    private final Map<Key, List<TokenForm>> normalized = new HashMap<>();
    private final Map<Key, List<TokenForm>> folded = new HashMap<>();

    /** A text at a place of a word, or at any if {@code place} is null. */
    private record Key(@Nullable Place place, String text) {}

    /** A counterpart and how good it is. */
    record Found(TokenForm form, Match match) {}

    FormIndex(TokenForms forms) {
        this.forms = forms;
        forms.stream().forEach(this::add);
    }

    private void add(TokenForm form) {
        byToken.put(form.token(), form);
        if (form.kind() == Kind.TEXT || form.kind() == Kind.BYTES) {
            put(exact, exactKey(form), form);
            normalizedKeys(form).forEach(key -> put(normalized, key, form));
        }
        if (form.kind() == Kind.TEXT) {
            put(folded, foldedKey(form), form);
        }
    }

    private static void put(Map<Key, List<TokenForm>> map, Key key, TokenForm form) {
        map.computeIfAbsent(key, k -> new ArrayList<>(1)).add(form);
    }

    /** The best counterpart of a token: by level, then the same token, spelling, place, the lowest id. */
    Optional<Found> find(TokenForm form) {
        return switch (form.kind()) {
            case SPECIAL -> special(form);
            case UNUSED -> same(form);
            case TEXT -> atLevels(form).or(() -> best(folded, List.of(foldedKey(form)), form, Match.CASE));
            case BYTES -> atLevels(form);
        };
    }

    private Optional<Found> atLevels(TokenForm form) {
        return best(exact, List.of(exactKey(form)), form, Match.EXACT)
                .or(() -> best(normalized, normalizedKeys(form), form, Match.NORMALIZED));
    }

    private Optional<Found> special(TokenForm form) {
        if (form.role() == null || forms.special(form.role()).isEmpty()) {
            return same(form);
        }
        TokenForm other = forms.form(forms.special(form.role()).getAsInt()).orElseThrow();
        return Optional.of(new Found(other, other.token().equals(form.token()) ? Match.EXACT : Match.ROLE));
    }

    private Optional<Found> same(TokenForm form) {
        return Optional.ofNullable(byToken.get(form.token()))
                .filter(other -> other.kind() == form.kind())
                .map(other -> new Found(other, Match.EXACT));
    }

    private static Optional<Found> best(Map<Key, List<TokenForm>> map, List<Key> keys, TokenForm form, Match match) {
        return keys.stream()
                .flatMap(key -> map.getOrDefault(key, List.of()).stream())
                .min(Comparator.comparing((TokenForm other) -> !other.token().equals(form.token()))
                        .thenComparing(other -> !other.surface().equalsIgnoreCase(form.surface()))
                        .thenComparing(other -> other.place() != form.place())
                        .thenComparingInt(TokenForm::id))
                .map(other -> new Found(other, match));
    }

    private static Key exactKey(TokenForm form) {
        return new Key(form.place(), form.surface());
    }

    private static Key foldedKey(TokenForm form) {
        return new Key(form.place(), Characters.folded(form.surface()));
    }

    private static List<Key> normalizedKeys(TokenForm form) {
        if (form.kind() == Kind.BYTES) {
            return List.of(new Key(null, form.surface()));
        }
        String plain = Characters.plain(form.surface());
        List<Key> keys = new ArrayList<>(List.of(new Key(form.place(), plain)));
        if (Characters.isIndependent(plain)) {
            keys.add(new Key(null, plain));
        }
        if (form.surface().length() == 1 && form.surface().charAt(0) < ASCII && form.place() != Place.START) {
            keys.add(new Key(null, "<0x%02X>".formatted((int) form.surface().charAt(0))));
        }
        return keys;
    }
}
