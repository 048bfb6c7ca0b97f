package io.sinter.ensemble;

import io.sinter.inference.InputRole;
import io.sinter.inference.TextSettings;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.TensorType;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.source.InputSet;
import io.sinter.tokenizer.TokenizerJson;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out which text encoders read a text alike, and share their inputs: those with equal tokenizers, prompts and
 * lengths. What a {@code tokenizer.json} says of padding and truncation does not count, as whoever runs a model sets both.
 */
final class TextSets {

    /** Folder of the tokenizers of further sets in an output directory. */
    private static final String FOLDER = "tokenizers";

    private final Level level;
    private final List<Reader> readers = new ArrayList<>();

    /** Sets for a level, without encoders yet. */
    TextSets(Level level) {
        this.level = level;
    }

    /** Encoders that read alike. */
    private record Reader(Key key, TokenizerJson tokenizer, List<Opened> encoders) {}

    /** What must be equal. */
    private record Key(JsonNode tokenizer, String prompt, int maxTokens) {}

    /**
     * An encoder whose graph was looked at.
     *
     * @param roles that its graph reads
     * @param width of its vectors
     * @param bytes of its graph's constants
     */
    record Opened(TextEncoder encoder, Set<InputRole> roles, long width, long bytes) {

        static Opened of(TextEncoder encoder) {
            Model model = encoder.model();
            return new Opened(
                    encoder,
                    EnumSet.copyOf(encoder.inputs(model).keySet()),
                    encoder.width(model),
                    EnsembleGraph.constantBytes(model.graph()));
        }
    }

    /**
     * A set and its tokenizer.
     *
     * @param tokenizer as the first of its models has it
     */
    record Planned(InputSet set, TokenizerJson tokenizer, List<TextBranch> branches) {}

    /** Adds an encoder to those that read as it does. */
    void add(Opened opened) {
        TokenizerJson json = opened.encoder().source().companions().tokenizer();
        String prompt = opened.encoder().entry().prompt();
        int maxTokens = TextSettings.maxTokens(opened.encoder().source().companions(), OptionalInt.empty());
        Key key = new Key(meaning(json), prompt == null ? "" : prompt, maxTokens);
        readers.stream().filter(r -> r.key.equals(key)).findFirst().ifPresentOrElse(r -> r.encoders.add(opened), () -> {
            readers.add(new Reader(key, json, new ArrayList<>(List.of(opened))));
        });
    }

    /** The sets, in the order of their first encoders. */
    List<Planned> planned() {
        List<Planned> sets = new ArrayList<>();
        for (Reader reader : readers) {
            String name = reader.encoders.getFirst().encoder().entry().name();
            boolean first = sets.isEmpty();
            String file = sets.stream()
                    .filter(other -> meaning(other.tokenizer).equals(reader.key.tokenizer))
                    .map(other -> other.set.tokenizer())
                    .findFirst()
                    .orElse(
                            first
                                    ? TokenizerJson.FILE_NAME
                                    : "%s/%s/%s".formatted(FOLDER, name, TokenizerJson.FILE_NAME));
            Map<String, String> inputs = new LinkedHashMap<>();
            roles(reader).forEach(role -> inputs.put(role.usualName(), (first ? "" : name + ".") + role.usualName()));
            String spans = level == Level.TOKEN && !first ? name + ".spans" : null;
            InputSet set = new InputSet(name, file, reader.key.prompt, reader.key.maxTokens, inputs, spans);
            sets.add(new Planned(set, reader.tokenizer, branches(reader, set)));
        }
        return sets;
    }

    /** At the level of tokens, what is made of them needs to know which are padding, even where encoders do not. */
    private Set<InputRole> roles(Reader reader) {
        Set<InputRole> roles = level == Level.TOKEN ? EnumSet.of(InputRole.MASK) : EnumSet.noneOf(InputRole.class);
        reader.encoders.forEach(opened -> roles.addAll(opened.roles));
        return roles;
    }

    private static List<TextBranch> branches(Reader reader, InputSet set) {
        TensorType type = TextPorts.type(TextPorts.sequence(set));
        return reader.encoders.stream()
                .map(opened -> new TextBranch(
                        opened.encoder(),
                        set,
                        opened.roles.stream()
                                .map(role -> new BranchInput(
                                        role.usualName(),
                                        set.inputs().getOrDefault(role.usualName(), role.usualName()),
                                        type))
                                .toList(),
                        opened.width(),
                        opened.bytes()))
                .toList();
    }

    /** The parts of a tokenizer that say how a text is cut. */
    private static JsonNode meaning(TokenizerJson tokenizer) {
        ObjectNode json = tokenizer.json();
        json.remove(List.of("version", "truncation", "padding"));
        return json;
    }
}
