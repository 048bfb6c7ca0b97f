package io.sinter.encoder;

import io.sinter.error.UnsupportedException;
import io.sinter.source.ModelConfig;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What stands on top of an encoder. */
public enum Head {
    /** Nothing: the encoder's own outputs, also of a model with a decoder after it. */
    NONE("Model", "EncoderModel", "ModelWithProjection", "ForConditionalGeneration"),
    /** Scores of every token of the vocabulary, at every place: {@code logits} {@code [B, S, V]}. */
    MASKED_LM("ForMaskedLM", "ForPreTraining"),
    /** Scores of classes, of the whole input: {@code logits} {@code [B, classes]}. */
    CLASSIFICATION("ForSequenceClassification", "ForImageClassification", "ForImageClassificationWithTeacher"),
    /** Scores of the next token, at every place: {@code logits} {@code [B, S, V]}. */
    CAUSAL_LM("ForCausalLM", "LMHeadModel");

    private final List<String> suffixes;

    Head(String... suffixes) {
        this.suffixes = List.of(suffixes);
    }

    /** The kebab-case name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All names. */
    public static String labels() {
        return Arrays.stream(values()).map(Head::label).collect(Collectors.joining(", "));
    }

    /** The one of that name, if there is one. */
    public static Optional<Head> named(String label) {
        return Arrays.stream(values()).filter(h -> h.label().equals(label)).findFirst();
    }

    /**
     * What {@code architectures} of a configuration says, such as {@code BertForMaskedLM}; {@link #NONE} where it says
     * nothing.
     *
     * @throws UnsupportedException if it is none of these
     */
    public static Head of(ModelConfig config) {
        if (config.architectures().isEmpty()) {
            return NONE;
        }
        String name = config.architectures().getFirst();
        return Arrays.stream(values())
                .filter(h -> h.matched(name) > 0)
                .max(Comparator.comparingInt(h -> h.matched(name)))
                .orElseThrow(() -> new UnsupportedException(
                        "%s: architectures: got %s, expected a name that ends in %s; choose the head yourself, such as none"
                                .formatted(config.file(), name, allEndings())));
    }

    /** Length of the longest ending that the name has: {@code GPT2LMHeadModel} ends in {@code Model} too. */
    private int matched(String name) {
        return suffixes.stream()
                .filter(name::endsWith)
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    private static String allEndings() {
        return Arrays.stream(values()).flatMap(h -> h.suffixes.stream()).collect(Collectors.joining(", "));
    }
}
