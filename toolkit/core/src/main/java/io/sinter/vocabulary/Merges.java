package io.sinter.vocabulary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The merges of a BPE model, the first in the list done first. */
final class Merges {

    private final Map<Pair, Integer> ranks = new HashMap<>();
    private final List<Pair> pairs = new ArrayList<>();

    private final String prefix;

    /** Two parts that become one. */
    record Pair(String left, String right) {}

    /** None, with the prefix of parts that go on with a word, which may be empty. */
    private Merges(String prefix) {
        this.prefix = prefix;
    }

    /** Reads {@code model.merges}, in either of its forms. */
    static Merges of(JsonNode model) {
        Merges merges = new Merges(model.path("continuing_subword_prefix").asString(""));
        for (JsonNode merge : model.path("merges")) {
            if (merge.isArray()) {
                merges.add(new Pair(merge.get(0).stringValue(), merge.get(1).stringValue()));
            } else {
                String text = merge.stringValue();
                int space = text.indexOf(' ');
                merges.add(new Pair(text.substring(0, space), text.substring(space + 1)));
            }
        }
        return merges;
    }

    /** Adds a merge behind all others, unless it is there. */
    void add(Pair pair) {
        if (ranks.putIfAbsent(pair, pairs.size()) == null) {
            pairs.add(pair);
        }
    }

    /** What the parts become. */
    String result(Pair pair) {
        return pair.left + (pair.right.startsWith(prefix) ? pair.right.substring(prefix.length()) : pair.right);
    }

    /** The same merges but for some. */
    Merges filter(Predicate<Pair> kept) {
        Merges filtered = new Merges(prefix);
        pairs.stream().filter(kept).forEach(filtered::add);
        return filtered;
    }

    /** Leaves the first merges only. */
    void cut(int size) {
        List<Pair> rest = pairs.subList(size, pairs.size());
        ranks.keySet().removeAll(List.copyOf(rest));
        rest.clear();
    }

    List<Pair> pairs() {
        return pairs;
    }

    /** What becomes of symbols, as the library does it: always the first merge of the list that is possible. */
    List<String> merge(List<String> symbols) {
        List<String> merged = new ArrayList<>(symbols);
        while (true) {
            int best = -1;
            int rank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < merged.size(); i++) {
                Integer r = ranks.get(new Pair(merged.get(i), merged.get(i + 1)));
                if (r != null && r < rank) {
                    rank = r;
                    best = i;
                }
            }
            if (best < 0) {
                return merged;
            }
            merged.set(best, result(new Pair(merged.get(best), merged.remove(best + 1))));
        }
    }

    /** As {@code model.merges} lists them. */
    ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        pairs.forEach(pair -> list.addArray().add(pair.left()).add(pair.right()));
        return list;
    }
}
