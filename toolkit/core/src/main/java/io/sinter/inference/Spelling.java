package io.sinter.inference;

import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Encoding.Span;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm;
import io.sinter.vocabulary.TokenForms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes tokens as text where there is none: a space before each that begins a word. It is read from the tokenizer when
 * it is first needed.
 */
final class Spelling {

    private final Supplier<TokenizerJson> tokenizer;
    private @Nullable TokenForms forms;

    Spelling(Supplier<TokenizerJson> tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** A token as it reads; nothing for an id that no token has. */
    String of(int id) {
        return forms().form(id).map(TokenForm::surface).orElse("");
    }

    /** The same tokens with a text that they are of. Tokens that only begin, end, separate or fill are nowhere in it. */
    Encoding of(Encoding tokens) {
        StringBuilder text = new StringBuilder();
        List<Span> spans = new ArrayList<>();
        int length = 0;
        for (long id : tokens.ids().toLongArray()) {
            Optional<TokenForm> form = forms().form((int) id).filter(f -> !isAround(f));
            if (form.isEmpty()) {
                spans.add(Span.NONE);
                continue;
            }
            if (length > 0 && beginsWord(form.get())) {
                text.append(' ');
                length++;
            }
            String surface = form.get().surface();
            int points = surface.codePointCount(0, surface.length());
            spans.add(new Span(length, length + points));
            text.append(surface);
            length += points;
        }
        return new Encoding(tokens.ids(), tokens.typeIds(), spans, Optional.of(text.toString()));
    }

    private static boolean isAround(TokenForm form) {
        return switch (form.role()) {
            case CLS, SEP, PAD -> true;
            case UNK, MASK -> false;
            case null -> false;
        };
    }

    private static boolean beginsWord(TokenForm form) {
        return switch (form.kind()) {
            case SPECIAL, UNUSED -> true;
            case BYTES, TEXT -> form.place() == TokenForm.Place.START;
        };
    }

    private synchronized TokenForms forms() {
        TokenForms known = forms;
        if (known == null) {
            known = TokenForms.of(tokenizer.get());
            forms = known;
        }
        return known;
    }
}
