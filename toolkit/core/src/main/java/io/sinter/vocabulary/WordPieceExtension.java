package io.sinter.vocabulary;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * WordPiece: from the left, always the longest token that fits.
 *
 * <p>A token t changes how the base writes a word only if the base's pieces of a word that begins with t have a boundary
 * inside t, and the piece at t's end goes beyond it or ends there: otherwise the base either takes a longer piece from
 * the same place on, as it will with t there, or cannot write the word.
 */
final class WordPieceExtension implements Extension {

    private final NewTokens tokens;
    private final String prefix;
    private final Set<String> own;
    private final Set<String> beginnings = new HashSet<>();

    WordPieceExtension(NewTokens tokens, Notation.Continuations notation) {
        this.tokens = tokens;
        this.prefix = notation.prefix();
        this.own = tokens.base().vocabulary().ids().keySet();
        for (String token : own) {
            for (int end = prefix.length() + 1; token.startsWith(prefix) && end <= token.length(); end++) {
                beginnings.add(token.substring(prefix.length(), end));
            }
        }
    }

    @Override
    public boolean covers(Candidate candidate) {
        boolean goesOn = candidate.token().startsWith(prefix);
        String text = goesOn ? candidate.token().substring(prefix.length()) : candidate.token();
        int at = 0;
        while (at < text.length()) {
            if (at > 0 && beginnings.contains(text.substring(at))) {
                return true;
            }
            int end = longest(text, at, at > 0 || goesOn ? prefix : "");
            if (end == at) {
                return false;
            }
            at = end;
        }
        return true;
    }

    private int longest(String text, int from, String mark) {
        for (int end = text.length(); end > from; end--) {
            if (own.contains(mark + text.substring(from, end))) {
                return end;
            }
        }
        return from;
    }

    @Override
    public boolean add(Candidate candidate) {
        tokens.add(candidate.token());
        return true;
    }

    @Override
    public boolean has(String token) {
        return tokens.has(token);
    }

    @Override
    public ObjectNode finish() {
        return tokens.finish(0);
    }
}
