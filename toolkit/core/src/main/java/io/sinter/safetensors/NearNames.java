package io.sinter.safetensors;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Says which tensors there are when one is asked for that is not. */
final class NearNames {

    private static final int SHOWN = 5;

    private NearNames() {}

    /** {@code no tensor "wte"; it has "transformer.wte.weight", ...}: names that share most with the wanted one first. */
    static String missing(String wanted, Collection<String> names) {
        List<String> shown = names.stream()
                .sorted(Comparator.comparingInt((String n) -> -likeness(wanted, n))
                        .thenComparing(n -> n))
                .limit(SHOWN)
                .map(n -> "\"" + n + "\"")
                .toList();
        String rest = names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : "";
        String known = shown.isEmpty()
                ? "there are none"
                : "there are " + shown.stream().collect(Collectors.joining(", "));
        return "no tensor \"%s\"; %s%s".formatted(wanted, known, rest);
    }

    /** Length of the longest run of characters that both share. */
    private static int likeness(String a, String b) {
        int best = 0;
        int[] previous = new int[b.length() + 1];
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            for (int j = 1; j <= b.length(); j++) {
                current[j] = a.charAt(i - 1) == b.charAt(j - 1) ? previous[j - 1] + 1 : 0;
                best = Math.max(best, current[j]);
            }
            previous = current;
        }
        return best;
    }
}
