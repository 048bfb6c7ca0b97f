package io.sinter.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody probably meant to write. */
public final class Nearest {

    private Nearest() {}

    /** The known word within about a third of the letters of the given one (Levenshtein distance), if there is one. */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .filter(k -> distance(word, k) <= Math.max(2, Math.max(word.length(), k.length()) / 3))
                .min(Comparator.comparingInt(k -> distance(word, k)));
    }

    /** A sentence that names the known words and, if one is near, that one. */
    public static String hint(String word, Collection<String> known) {
        return "known: " + String.join(", ", known)
                + to(word, known).map(k -> "; did you mean \"" + k + "\"?").orElse("");
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
