package io.sinter.inference;

import io.sinter.error.UnsupportedException;
import io.sinter.inference.TokenAligner.Aligned;
import io.sinter.runtime.Port;
import io.sinter.source.Companions;
import io.sinter.source.InputSet;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * @param aligner finds its tokens for those of the first reading, where the graph reads spans
     */
    record Reading(InputSet set, Tokenizer tokenizer, Map<InputRole, Port> roles, long padId, TokenAligner aligner) {

        /**
         * Its inputs.
         *
         * @param texts of the first reading, without its prompt
         * @param longest tokens of the first reading in a row
         */
        Map<String, TensorData> of(List<Encoding> texts, int longest) {
            String spans = set.spans();
            if (spans == null) {
                List<String> given = texts.stream()
                        .map(t -> set.prompt() + t.text().orElseThrow())
                        .toList();
                List<Encoding> read = given.isEmpty() ? List.of() : tokenizer.encode(given);
                return TokenBatch.of(read, padId).inputs(roles);
            }
            List<Aligned> aligned = aligner.align(texts);
            List<Encoding> read = aligned.stream()
                    .map(a -> new Encoding(ids(a), a.typeIds(), List.of(), Optional.empty()))
                    .toList();
            Map<String, TensorData> inputs =
                    new HashMap<>(TokenBatch.of(read, padId).inputs(roles));
            inputs.put(spans, spans(aligned, longest));
            return inputs;
        }

        private static TensorData ids(Aligned text) {
            return TensorData.vector(
                    text.ids().stream().mapToLong(Long::longValue).toArray());
        }

        /** Of padding the empty span. */
        private static TensorData spans(List<Aligned> texts, int longest) {
            TensorData spans = TensorData.allocate(DType.INT64, List.of((long) texts.size(), (long) longest, 2L));
            for (int b = 0; b < texts.size(); b++) {
                List<Encoding.Span> own = texts.get(b).spans();
                for (int s = 0; s < own.size(); s++) {
                    long at = 2L * ((long) b * longest + s);
                    spans.data().setAtIndex(TensorData.I64, at, own.get(s).start());
                    spans.data().setAtIndex(TensorData.I64, at + 1, own.get(s).end());
                }
            }
            return spans;
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
            TokenAligner aligner = new TokenAligner(
                    own, set.prompt(), SpecialIds.of(tokenizer.vocabulary()), TokenAligner.Lacking.LEFT_OUT);
            further.add(new Reading(set, own, named, TextSettings.padId(own, companions), aligner));
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
        for (Reading reading : further) {
            names.addAll(reading.set.inputs().values());
            Optional.ofNullable(reading.set.spans()).ifPresent(names::add);
        }
        return names;
    }

    /**
     * A tensor for each of these inputs, by name.
     *
     * @param batch as the first tokenizer read it, prompts included
     * @throws UnsupportedException if a text is a pair of texts
     */
    Map<String, TensorData> of(TokenBatch batch) {
        if (further.isEmpty()) {
            return Map.of();
        }
        List<Encoding> plain = batch.texts().stream().map(this::withoutPrompt).toList();
        Map<String, TensorData> inputs = new HashMap<>();
        further.forEach(reading -> inputs.putAll(reading.of(plain, batch.longest())));
        return inputs;
    }

    private Encoding withoutPrompt(Encoding read) {
        if (read.text().isEmpty()) {
            throw new UnsupportedException(
                    "pairs of texts are not read by a graph whose encoders read texts in several ways; join the texts, or merge encoders of one tokenizer and prompt");
        }
        return read.behind(prompt);
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
