package io.sinter.inference;

import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Vocabulary;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The ids of a vocabulary's special tokens, and what each is for. Where one id has several roles, the first counts. */
record SpecialIds(Map<SpecialToken, Integer> ids) {

    static SpecialIds of(Vocabulary vocabulary) {
        Map<SpecialToken, Integer> ids = new EnumMap<>(SpecialToken.class);
        for (SpecialToken role : SpecialToken.values()) {
            OptionalInt id = vocabulary.special(role);
            if (id.isPresent()) {
                ids.put(role, id.getAsInt());
            }
        }
        return new SpecialIds(ids);
    }

    /** What an id is for, if it is special. */
    @Nullable
    SpecialToken role(long id) {
        for (SpecialToken role : SpecialToken.values()) {
            Integer known = ids.get(role);
            if (known != null && known == id) {
                return role;
            }
        }
        return null;
    }

    /** The id for a purpose; −1 if there is none. */
    int id(SpecialToken role) {
        return ids.getOrDefault(role, -1);
    }
}
