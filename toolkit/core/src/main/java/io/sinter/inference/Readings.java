package io.sinter.inference;

import io.sinter.error.UnsupportedException;
import io.sinter.runtime.Port;
import io.sinter.source.Companions;
import io.sinter.source.InputSet;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a graph of several encoders reads of a text besides its first tokens: the same text behind another prompt, by
 * another tokenizer or up to another length.
 *
 * @param prompt before each text in the first reading; may be empty
 * @param further readings
 */
record Readings(String prompt, List<Reading> further) implements AutoCloseable {

    /** Copies the list. */
    Readings {
        further = List.copyOf(further);
    }

    /**
     * One further reading.
     *
     * @param roles the graph's inputs for it
     */
    record Reading(InputSet set, Tokenizer tokenizer, Map<InputRole, Port> roles, long padId) {

        Map<String, TensorData> of(List<String> texts) {
            List<Encoding> read =
                    tokenizer.encode(texts.stream().map(t -> set.prompt() + t).toList());
            return TokenBatch.of(read, padId).inputs(roles);
        }
    }

    /**
     * Those that {@code sinter.json} lists.
     *
     * @param tokenizer of the first reading; if it keeps another number of tokens than is listed for that, somebody chose it,
     *     and it goes for all
     * @throws UnsupportedException if the graph lacks an input that is listed
     */
    static Readings of(String where, List<Port> ports, Tokenizer tokenizer, Companions companions) {
        List<InputSet> sets = companions.inputSets();
        if (sets.isEmpty()) {
            return new Readings("", List.of());
        }
        boolean chosen = tokenizer.maxTokens() != sets.getFirst().maxTokens();
        List<Reading> further = new ArrayList<>();
        for (InputSet set : sets.subList(1, sets.size())) {
            Map<InputRole, Port> roles = InputRole.of(where, usual(where, set, ports));
            Map<InputRole, Port> named = new HashMap<>();
            roles.forEach((role, port) -> named.put(role, new Port(named(set, port), port.type())));
            TokenizerJson json = TokenizerJson.read(set.path(companions.folder()));
            Tokenizer own = Tokenizer.open(json, chosen ? tokenizer.maxTokens() : set.maxTokens());
            further.add(new Reading(set, own, named, TextSettings.padId(own, companions)));
        }
        return new Readings(sets.getFirst().prompt(), further);
    }

    /** Whether there are any besides the first. */
    boolean areSeveral() {
        return !further.isEmpty();
    }

    /** Names of the graph's inputs for them. */
    Set<String> inputs() {
        Set<String> names = new HashSet<>();
        further.forEach(reading -> names.addAll(reading.set.inputs().values()));
        return names;
    }

    /**
     * A tensor for each of these inputs, by name.
     *
     * @param texts as the first tokenizer read them, prompts included
     * @throws UnsupportedException if one is a pair of texts
     */
    Map<String, TensorData> of(List<Encoding> texts) {
        if (further.isEmpty()) {
            return Map.of();
        }
        List<String> plain = texts.stream().map(this::withoutPrompt).toList();
        Map<String, TensorData> inputs = new HashMap<>();
        further.forEach(reading -> inputs.putAll(reading.of(plain)));
        return inputs;
    }

    private String withoutPrompt(Encoding read) {
        String text = read.text()
                .orElseThrow(
                        () -> new UnsupportedException(
                                "pairs of texts are not read by a graph whose encoders read texts in several ways; join the texts, or merge encoders of one tokenizer and prompt"));
        if (!text.startsWith(prompt)) {
            throw new IllegalStateException("a text without its prompt \"%s\": %s".formatted(prompt, text));
        }
        return text.substring(prompt.length());
    }

    /** The graph's inputs for a set, by their usual names. */
    private static List<Port> usual(String where, InputSet set, List<Port> ports) {
        List<Port> usual = new ArrayList<>();
        set.inputs().forEach((name, input) -> {
            Port port = ports.stream()
                    .filter(p -> p.name().equals(input))
                    .findFirst()
                    .orElseThrow(() -> new UnsupportedException(
                            "%s: %s says that the graph reads \"%s\" for %s, but its inputs are: %s; is it the graph that was written beside it?"
                                    .formatted(
                                            where,
                                            InputSet.LISTED_IN,
                                            input,
                                            set.name(),
                                            EncoderPorts.describe(ports))));
            usual.add(new Port(name, port.type()));
        });
        return usual;
    }

    private static String named(InputSet set, Port usual) {
        String name = set.inputs().get(usual.name());
        if (name == null) {
            throw new IllegalStateException("%s has no input for %s".formatted(set, usual));
        }
        return name;
    }

    @Override
    public void close() {
        further.forEach(reading -> reading.tokenizer.close());
    }
}
