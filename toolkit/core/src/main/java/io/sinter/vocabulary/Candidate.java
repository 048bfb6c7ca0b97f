package io.sinter.vocabulary;

/**
 * A token of another tokenizer that may join a base.
 *
 * @param form what it stands for
 * @param token as the base would write it
 */
record Candidate(TokenForm form, String token) {}
