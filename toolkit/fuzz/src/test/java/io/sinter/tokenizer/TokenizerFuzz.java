package io.sinter.tokenizer;

import io.sinter.fuzz.Promise;
import java.nio.file.Path;
import java.util.List;

/**
 * Any bytes as a {@code tokenizer.json}. What the checks in Java accept goes to the native library, in this process: if it
 * aborts, so does the fuzzer, and the input is kept.
 */
public final class TokenizerFuzz {

    private static final Path FILE = Path.of("tokenizer.json");
    private static final List<String> TEXTS = List.of(
            "The man, 東京 (été) 12 345!", "", " \t\nunwanted,running  a\u0301\u0000x", "aaaaaaaaaaaaaaaaaaaaaa <s>");

    private TokenizerFuzz() {}

    /** One execution. */
    public static void fuzzerTestOneInput(byte[] input) {
        Promise.hold(input, TokenizerFuzz::tokenise);
    }

    private static void tokenise(byte[] input) {
        TokenizerJson json = TokenizerJson.of(FILE, input);
        int rows = json.vocabulary().rowsNeeded();
        try (Tokenizer tokenizer = Tokenizer.open(json, 16)) {
            for (Encoding encoding : tokenizer.encode(TEXTS)) {
                long[] ids = encoding.ids().toLongArray();
                for (long id : ids) {
                    if (id < 0 || id >= rows) {
                        throw new AssertionError("id " + id + ", but the vocabulary needs " + rows + " rows only");
                    }
                }
                tokenizer.decode(ids);
            }
        }
    }
}
