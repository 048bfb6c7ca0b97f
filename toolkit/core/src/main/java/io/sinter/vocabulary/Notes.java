package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sentences about many tokens: how many, and a few of them. */
final class Notes {

    private static final int EXAMPLES = 5;

    private final List<String> examples = new ArrayList<>();
    private int count;

    /** What a tokenizer is called: its folder. */
    static String name(TokenizerJson tokenizer) {
        Path folder = tokenizer.file().toAbsolutePath().normalize().getParent();
        return folder == null || folder.getFileName() == null
                ? tokenizer.file().toString()
                : folder.getFileName().toString();
    }

    void add(TokenForm form) {
        count++;
        if (examples.size() < EXAMPLES) {
            examples.add(form.token());
        }
    }

    int count() {
        return count;
    }

    /** Such as {@code 12 tokens (a, b, …)}. */
    @Override
    public String toString() {
        String more = count > examples.size() ? ", …" : "";
        return "%,d %s (%s%s)".formatted(count, count == 1 ? "token" : "tokens", String.join(", ", examples), more);
    }
}
