package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The text of a token as pieces of another tokenizer.
 *
 * @param rows the pieces' ids, without unknown ones; empty where nothing else comes out
 * @param lengths characters of each piece, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Composition(int[] rows, int[] lengths) {

    private static final Composition NONE = new Composition(new int[0], new int[0]);

    /**
     * Writes tokens with another tokenizer: what begins a word as its words begin, what goes on as its continuations.
     * Special and unused tokens have no pieces; bytes have the pieces that stand for the same bytes, if all are there.
     *
     * @param ids of the target
     * @return one for each id
     * @throws io.sinter.error.MalformedException if the tokenizer library refuses the source
     */
    public static List<Composition> of(TokenForms target, int[] ids, TokenizerJson source) {
        List<Composition> result = new ArrayList<>(Collections.nCopies(ids.length, NONE));
        Map<Integer, TokenForm> forms = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            int at = i;
            target.form(ids[i]).ifPresent(form -> forms.put(at, form));
        }
        try (PieceTexts texts = new PieceTexts(source)) {
            fill(result, forms, form -> form.kind() == Kind.TEXT, texts::write);
        }
        fill(result, forms, form -> form.kind() == Kind.BYTES, all -> ofBytes(all, TokenForms.of(source)));
        return result;
    }

    /** {@link #of}, the ids alone. */
    public static List<int[]> pieces(TokenForms target, int[] ids, TokenizerJson source) {
        return of(target, ids, source).stream().map(Composition::rows).toList();
    }

    private interface Writing {
        List<Composition> write(List<TokenForm> forms);
    }

    private static void fill(
            List<Composition> result, Map<Integer, TokenForm> forms, Predicate<TokenForm> which, Writing writing) {
        List<Integer> places = forms.keySet().stream()
                .filter(i -> which.test(forms.get(i)))
                .sorted()
                .toList();
        if (places.isEmpty()) {
            return;
        }
        List<Composition> written =
                writing.write(places.stream().map(forms::get).toList());
        for (int i = 0; i < places.size(); i++) {
            result.set(places.get(i), written.get(i));
        }
    }

    private static List<Composition> ofBytes(List<TokenForm> forms, TokenForms source) {
        Map<String, Integer> bytes = new HashMap<>();
        source.ofKind(Kind.BYTES).forEach(form -> bytes.putIfAbsent(form.surface(), form.id()));
        return forms.stream()
                .map(form -> {
                    int[] rows = Notation.FALLBACK_BYTE
                            .matcher(form.surface())
                            .results()
                            .mapToInt(b -> bytes.getOrDefault(b.group(), -1))
                            .toArray();
                    boolean all = Arrays.stream(rows).allMatch(row -> row >= 0);
                    return all ? new Composition(rows, ones(rows.length)) : NONE;
                })
                .toList();
    }

    private static int[] ones(int length) {
        int[] ones = new int[length];
        Arrays.fill(ones, 1);
        return ones;
    }
}
