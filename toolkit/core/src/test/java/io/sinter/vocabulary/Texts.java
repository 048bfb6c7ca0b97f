package io.sinter.vocabulary;

import io.sinter.json.StrictJson;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenForm.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** Texts for tests of tokenizers, and what becomes of them. */
final class Texts {

    private static final String CHARACTERS =
            "aabcdeeehilnorstuvwABCT  ,.!?'\"-(012 éüñßяжлдתהあのテ東京日本的中👍\u00a0\n\u0301";

    private Texts() {}

    /** The texts that golden tokenizers were recorded with. */
    static List<String> golden() {
        Path file = Path.of("src/test/resources/golden/models/bert_base/texts.json");
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : StrictJson.object(file, 1 << 20).path("single")) {
            texts.add(entry.path("text").stringValue());
        }
        return texts;
    }

    /** Random strings, in part of some tokens' surfaces. */
    static List<String> random(int count, Random random, TokenForms... forms) {
        List<String> surfaces = new ArrayList<>();
        for (TokenForms each : forms) {
            each.ofKind(Kind.TEXT).forEach(form -> surfaces.add(form.surface()));
        }
        int[] characters = CHARACTERS.codePoints().toArray();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int parts = 1 + random.nextInt(12); parts > 0; parts--) {
                switch (random.nextInt(4)) {
                    case 0 -> text.append(surfaces.get(random.nextInt(surfaces.size())));
                    case 1 -> text.append(' ').append(surfaces.get(random.nextInt(surfaces.size())));
                    default -> text.appendCodePoint(characters[random.nextInt(characters.length)]);
                }
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /** The ids of texts, without special tokens. */
    static List<long[]> ids(TokenizerJson json, List<String> texts) {
        try (Tokenizer tokenizer = Tokenizer.open(json, 512)) {
            return tokenizer.encodeWhole(texts).stream()
                    .map(Encoding::ids)
                    .map(ids -> ids.toLongArray())
                    .toList();
        }
    }

    /** The texts of ids. */
    static List<String> decoded(TokenizerJson json, List<long[]> ids) {
        try (Tokenizer tokenizer = Tokenizer.open(json, 512)) {
            return ids.stream().map(tokenizer::decode).toList();
        }
    }

    /** Whether all of a text's tokens stand for text: none is unknown, none a part of a character. */
    static boolean isCovered(TokenForms forms, long[] ids) {
        return Arrays.stream(ids)
                .allMatch(id ->
                        forms.form((int) id).filter(f -> f.kind() == Kind.TEXT).isPresent());
    }
}
