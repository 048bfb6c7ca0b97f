package io.sinter.vocabulary;

import io.sinter.vocabulary.TokenForm.Kind;
import io.sinter.vocabulary.TokenForm.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Byte-pair encoding: a token is reached by merges behind all of the base's, from what the base makes of its text. A merge
 * is only taken if one of its parts is none of the base's tokens for text: merges behind the base's are tried when the
 * base is done with a word, so that they never touch one of its own tokens alone.
 *
 * <p>Ideographs of tokenizers that isolate them are cut out of a text before the model, as they were there.
 */
final class BpeExtension implements Extension {

    private static final int RARE = 100;

    private final NewTokens tokens;
    private final Notation notation;
    private final Add add;
    private final Merges merges;
    private final Set<String> own;
    private final boolean cutsOut;

    BpeExtension(NewTokens tokens, List<TokenForms> others, Add add) {
        this.tokens = tokens;
        this.notation = Notation.of(tokens.json());
        this.add = add;
        this.merges = Merges.of(tokens.model());
        this.own = TokenForms.of(tokens.base()).ofKind(Kind.TEXT).stream()
                .map(TokenForm::token)
                .collect(Collectors.toSet());
        this.cutsOut = notation instanceof Notation.ByteLevel
                && !PieceTexts.addsSpace(tokens.json())
                && others.stream().allMatch(BpeExtension::isolatesIdeographs);
    }

    /** Whether ideographs are tokens one by one, but for rare exceptions, as in BERT's vocabularies. */
    private static boolean isolatesIdeographs(TokenForms other) {
        List<String> surfaces = other.ofKind(Kind.TEXT).stream()
                .map(TokenForm::surface)
                .filter(s -> s.codePoints().anyMatch(Characters::isIdeograph))
                .toList();
        long longer = surfaces.stream().filter(s -> !Characters.standsAlone(s)).count();
        return longer * RARE <= surfaces.size();
    }

    @Override
    public boolean covers(Candidate candidate) {
        return merges.merge(symbols(candidate.token())).stream().allMatch(own::contains);
    }

    @Override
    public boolean add(Candidate candidate) {
        TokenForm form = candidate.form();
        if (cutsOut && form.surface().codePoints().anyMatch(Characters::isIdeograph)) {
            if (form.place() == Place.ISOLATED) {
                tokens.addCutOut(form.surface());
            }
            return form.place() == Place.ISOLATED;
        }
        List<String> symbols = symbols(candidate.token());
        List<String> fresh = new ArrayList<>();
        int merged = merges.pairs().size();
        symbols.forEach(symbol -> take(symbol, fresh));
        for (int step = 0; step <= symbols.size(); step++) {
            List<String> parts = merges.merge(symbols);
            if (parts.size() == 1) {
                return true;
            }
            Optional<Merges.Pair> pair = choose(parts);
            if (pair.isEmpty()) {
                break;
            }
            merges.add(pair.get());
            take(merges.result(pair.get()), fresh);
        }
        merges.cut(merged);
        fresh.reversed().forEach(tokens::remove);
        return false;
    }

    private void take(String token, List<String> fresh) {
        if (!tokens.has(token)) {
            tokens.add(token);
            fresh.add(token);
        }
    }

    /** Bytes of one character first, then two parts that are both new, then others; of these the leftmost. */
    private Optional<Merges.Pair> choose(List<String> parts) {
        return IntStream.range(0, parts.size() - 1)
                .mapToObj(i -> new Merges.Pair(parts.get(i), parts.get(i + 1)))
                .filter(pair -> add == Add.ALL || isNew(pair.left()) || isNew(pair.right()))
                .min(Comparator.comparingInt(this::order));
    }

    private int order(Merges.Pair pair) {
        if (splitsCharacter(pair.right())) {
            return 0;
        }
        return isNew(pair.left()) && isNew(pair.right()) ? 1 : 2;
    }

    private boolean isNew(String part) {
        return !own.contains(part);
    }

    private boolean splitsCharacter(String right) {
        return notation.read(right).kind() == Kind.BYTES
                && ByteAlphabet.read(right).map(b -> (b[0] & 0xC0) == 0x80).orElse(false);
    }

    private List<String> symbols(String token) {
        String text = notation.seenByModel(token);
        List<String> symbols =
                text.codePoints().mapToObj(Character::toString).collect(Collectors.toCollection(ArrayList::new));
        symbols.set(symbols.size() - 1, symbols.getLast() + token.substring(text.length()));
        return symbols;
    }

    @Override
    public boolean has(String token) {
        return tokens.has(token);
    }

    @Override
    public ObjectNode finish() {
        tokens.model().set("merges", merges.json());
        return tokens.finish(0);
    }
}
