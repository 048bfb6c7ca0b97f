package io.sinter.checkpoint;

import io.sinter.checkpoint.ModelWeights.Spec;
import io.sinter.error.IncompatibleException;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds, for tensors of one model, those of another of the same architecture: by name, and where one of them keeps a tied
 * weight once and the other twice, by what it is tied to.
 *
 * @param reference whose names the result has
 * @param notes what is taken from one model only, or left out, is told here
 */
record Counterparts(OpenedModel reference, List<String> notes) {

    /** Buffers that some versions of a library save: they say nothing that the architecture does not. */
    private static final Pattern BUFFER = Pattern.compile(
            "(^|\\.)(position_ids|token_type_ids|inv_freq|masked_bias|relative_position_index|attn\\.bias)$");

    private static final Pattern HEAD = Pattern.compile("(^|\\.)(lm_head|embed_out|decoder)\\.(weight|bias)$");

    private static final Pattern TABLE =
            Pattern.compile("(^|\\.)(word_embeddings|embed_tokens|wte|tok_embeddings|shared)\\.weight$");

    /** Settings that shapes need not show and that must be the same. */
    private static final List<String> SETTINGS = List.of(
            "model_type",
            "num_attention_heads",
            "num_key_value_heads",
            "head_dim",
            "hidden_act",
            "hidden_activation",
            "position_embedding_type");

    /** Settings that change what weights mean, but only a little: a difference is told. */
    private static final List<String> NUANCES =
            List.of("rope_theta", "layer_norm_eps", "rms_norm_eps", "sliding_window");

    /**
     * Checks that the other is of the same architecture.
     *
     * @param layersMayDiffer whether the recipe says itself which layers it takes
     * @throws IncompatibleException if not, with the first difference
     */
    void check(OpenedModel other, boolean layersMayDiffer) {
        if (reference.config().isPresent() && other.config().isPresent()) {
            ModelConfig own = reference.config().get();
            ModelConfig its = other.config().get();
            Set<String> keys = new TreeSet<>(SETTINGS);
            for (String key : keys) {
                if (!own.json().path(key).equals(its.json().path(key))) {
                    throw differ(
                            other,
                            "config.json: %s is %s, but %s"
                                    .formatted(
                                            key,
                                            own.json().path(key),
                                            its.json().path(key)));
                }
            }
            for (String key : NUANCES) {
                if (!own.json().path(key).equals(its.json().path(key))) {
                    notes.add("config.json: %s is %s in %s and %s in %s; the result has the former"
                            .formatted(
                                    key,
                                    own.json().path(key),
                                    reference.label(),
                                    its.json().path(key),
                                    other.label()));
                }
            }
        }
        checkTensors(other, layersMayDiffer);
    }

    private void checkTensors(OpenedModel other, boolean layersMayDiffer) {
        for (String name : reference.weights().names()) {
            if (layersMayDiffer && LayerName.of(name).isPresent()) {
                continue;
            }
            Optional<TensorAddress> found = find(other, name);
            if (found.isPresent()) {
                requireShape(other, name, found.get());
            }
        }
        List<String> leftOut = new ArrayList<>();
        for (String name : other.weights().names()) {
            boolean layer = layersMayDiffer && LayerName.of(name).isPresent();
            if (layer || reference.weights().find(name).isPresent()) {
                continue;
            }
            if (!BUFFER.matcher(name).find() && tied(other, name, reference).isEmpty()) {
                throw differ(other, "tensor \"%s\" is in the latter only".formatted(name));
            }
            leftOut.add(name);
        }
        if (!leftOut.isEmpty()) {
            notes.add("%s: %s: buffers or tied weights that %s does not have; left out"
                    .formatted(other.label(), String.join(", ", leftOut), reference.label()));
        }
    }

    private void requireShape(OpenedModel other, String name, TensorAddress found) {
        Spec own = reference.tensor(name).spec();
        if (!own.shape().equals(found.spec().shape())) {
            String hint = TABLE.matcher(name).find() || HEAD.matcher(name).find()
                    ? "; where only the vocabularies differ, say whose tokens the result has: tokenizer_source: base or union"
                    : "";
            throw differ(
                    other,
                    "tensor \"%s\" is %s, but %s%s"
                            .formatted(name, own.shape(), found.spec().shape(), hint));
        }
        if (own.isFloat() != found.spec().isFloat()) {
            throw differ(other, "tensor \"%s\" is %s, but %s".formatted(name, own, found.spec()));
        }
    }

    private IncompatibleException differ(OpenedModel other, String how) {
        return new IncompatibleException(
                "%s and %s are not of one architecture: %s; weights merge between models of one architecture only"
                        .formatted(reference.label(), other.label(), how));
    }

    /**
     * The other's tensor for one of the reference's names; nothing for a buffer that it lacks.
     *
     * @throws IncompatibleException if it lacks a weight
     */
    Optional<TensorAddress> find(OpenedModel other, String name) {
        if (other.weights().find(name).isPresent()) {
            return Optional.of(other.tensor(name));
        }
        Optional<TensorAddress> tied = tied(reference, name, other);
        if (tied.isPresent()) {
            return tied;
        }
        if (BUFFER.matcher(name).find()) {
            return Optional.empty();
        }
        throw differ(other, "tensor \"%s\" is in the former only".formatted(name));
    }

    /**
     * What a model that lacks a tied weight has in its place.
     *
     * @param owner a model that has it
     * @param other one that has not
     */
    private static Optional<TensorAddress> tied(OpenedModel owner, String name, OpenedModel other) {
        Spec spec = owner.tensor(name).spec();
        if (!HEAD.matcher(name).find()) {
            return Optional.empty();
        }
        return other.weights().names().stream()
                .filter(twin -> owner.weights()
                        .find(twin)
                        .filter(s -> s.shape().equals(spec.shape()))
                        .isPresent())
                .filter(twin -> isTwin(owner, name, twin, other))
                .map(other::tensor)
                .findFirst();
    }

    /** The same elements in the model that has both; or, by the configuration of the one that has it once, a tied head. */
    private static boolean isTwin(OpenedModel owner, String name, String twin, OpenedModel other) {
        if (owner.weights().isThere()
                && owner.weights().isStored(name)
                && owner.weights().isStored(twin)) {
            Scratch none = new Scratch(Arena.global(), Path.of(""));
            TensorData one = owner.weights().read(name, none);
            if (one.contentEquals(owner.weights().read(twin, none))) {
                return true;
            }
        }
        boolean bias = name.endsWith("decoder.bias") && twin.equals(name.replace("decoder.bias", "bias"));
        boolean table = name.endsWith(".weight") && TABLE.matcher(twin).find();
        return (bias || table)
                && other.config().map(ModelConfig::tieWordEmbeddings).orElse(false);
    }
}
