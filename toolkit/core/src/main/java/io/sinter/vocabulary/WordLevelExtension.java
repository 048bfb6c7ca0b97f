package io.sinter.vocabulary;

import tools.jackson.databind.node.ObjectNode;

/** Whole words: what is not in the vocabulary is unknown. */
record WordLevelExtension(NewTokens tokens) implements Extension {
    @Override
    public boolean covers(Candidate candidate) {
        return false;
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
