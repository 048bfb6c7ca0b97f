package io.sinter.permutation;

import static io.sinter.permutation.Units.Kind.FEED_FORWARD;
import static io.sinter.permutation.Units.Kind.QUERY_KEY;
import static io.sinter.permutation.Units.Kind.RESIDUAL;
import static io.sinter.permutation.Units.Kind.VALUE;

import io.sinter.error.UnsupportedException;
import io.sinter.permutation.Units.Kind;
import io.sinter.source.ModelConfig;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which units the tensors of a model have: what changes places with what, such that the model computes the same. Of BERT,
 * RoBERTa, DistilBERT and ViT.
 *
 * @param tensors by name; without those that no unit's place matters to
 * @param heads of attention
 */
public record UnitMap(Map<String, TensorUnits> tensors, int heads) {

    private static final String BERT_LAYER = "(?:^|\\.)encoder\\.layer\\.(\\d+)\\.";
    private static final String DISTILBERT_LAYER = "(?:^|\\.)transformer\\.layer\\.(\\d+)\\.";
    private static final String NORM = "\\.(?:weight|bias|gamma|beta)$";

    private static final List<Rule> BERT = bertLayers(
            "self",
            rule("(?:^|\\.)embeddings\\.(?:word|position|token_type)_embeddings\\.weight$", null, RESIDUAL),
            rule("(?:^|\\.)embeddings\\.LayerNorm" + NORM, RESIDUAL, null),
            rule(BERT_LAYER + "(?:attention\\.)?output\\.LayerNorm" + NORM, RESIDUAL, null),
            rule("(?:^|\\.)pooler\\.dense\\.weight$", null, RESIDUAL),
            rule("(?:^|\\.)(?:predictions\\.transform|lm_head)\\.dense\\.weight$", RESIDUAL, RESIDUAL),
            rule("(?:^|\\.)(?:predictions\\.transform|lm_head)\\.dense\\.bias$", RESIDUAL, null),
            rule("(?:^|\\.)(?:predictions\\.transform\\.LayerNorm|lm_head\\.layer_norm)" + NORM, RESIDUAL, null),
            rule("(?:^|\\.)(?:predictions|lm_head)\\.decoder\\.weight$", null, RESIDUAL),
            rule("^(?:classifier\\.dense|qa_outputs)\\.weight$", null, RESIDUAL),
            rule(
                    "(?:^|\\.)(?:pooler\\.dense\\.bias|position_ids|token_type_ids|predictions\\.bias|decoder\\.bias)$",
                    null,
                    null),
            rule("^(?:lm_head\\.bias|classifier\\..*|qa_outputs\\.bias|cls\\.seq_relationship\\..*)$", null, null));

    private static final List<Rule> DISTILBERT = List.of(
            rule("(?:^|\\.)embeddings\\.(?:word|position)_embeddings\\.weight$", null, RESIDUAL),
            rule("(?:^|\\.)embeddings\\.LayerNorm" + NORM, RESIDUAL, null),
            rule(DISTILBERT_LAYER + "attention\\.[qk]_lin\\.weight$", QUERY_KEY, RESIDUAL),
            rule(DISTILBERT_LAYER + "attention\\.[qk]_lin\\.bias$", QUERY_KEY, null),
            rule(DISTILBERT_LAYER + "attention\\.v_lin\\.weight$", VALUE, RESIDUAL),
            rule(DISTILBERT_LAYER + "attention\\.v_lin\\.bias$", VALUE, null),
            rule(DISTILBERT_LAYER + "attention\\.out_lin\\.weight$", RESIDUAL, VALUE),
            rule(DISTILBERT_LAYER + "ffn\\.lin1\\.weight$", FEED_FORWARD, RESIDUAL),
            rule(DISTILBERT_LAYER + "ffn\\.lin1\\.bias$", FEED_FORWARD, null),
            rule(DISTILBERT_LAYER + "ffn\\.lin2\\.weight$", RESIDUAL, FEED_FORWARD),
            rule(DISTILBERT_LAYER + "(?:attention\\.out_lin|ffn\\.lin2)\\.bias$", RESIDUAL, null),
            rule(DISTILBERT_LAYER + "(?:sa|output)_layer_norm" + NORM, RESIDUAL, null),
            rule("^vocab_transform\\.weight$", RESIDUAL, RESIDUAL),
            rule("^(?:vocab_transform\\.bias|vocab_layer_norm\\.(?:weight|bias))$", RESIDUAL, null),
            rule("^(?:vocab_projector|pre_classifier|qa_outputs)\\.weight$", null, RESIDUAL),
            rule("^(?:vocab_projector|pre_classifier|qa_outputs)\\.bias$|^classifier\\.|position_ids$", null, null));

    private static final List<Rule> VIT = bertLayers(
            "attention",
            rule("(?:^|\\.)embeddings\\.(?:cls_token|mask_token|position_embeddings)$", null, RESIDUAL),
            rule("(?:^|\\.)embeddings\\.patch_embeddings\\.projection\\.(?:weight|bias)$", RESIDUAL, null),
            rule(BERT_LAYER + "layernorm_(?:before|after)" + NORM, RESIDUAL, null),
            rule("(?:^|\\.)layernorm" + NORM, RESIDUAL, null),
            rule("(?:^|\\.)pooler\\.dense\\.weight$|^classifier\\.weight$", null, RESIDUAL),
            rule("(?:^|\\.)pooler\\.dense\\.bias$|^classifier\\.bias$", null, null));

    private static final Map<String, List<Rule>> FAMILIES = families();

    /** Names of tensors, and the units of their rows and columns; the first group of the pattern is the layer. */
    private record Rule(
            Pattern name, @Nullable Kind rows, @Nullable Kind columns) {}

    private static Rule rule(String name, @Nullable Kind rows, @Nullable Kind columns) {
        return new Rule(Pattern.compile(name), rows, columns);
    }

    /** Rules of layers as BERT and ViT have them, whose self-attention is {@code attention.MODULE}, and others. */
    private static List<Rule> bertLayers(String module, Rule... others) {
        String attention = "attention\\." + module + "\\.";
        return Stream.concat(
                        Stream.of(
                                rule(BERT_LAYER + attention + "(?:query|key)\\.weight$", QUERY_KEY, RESIDUAL),
                                rule(BERT_LAYER + attention + "(?:query|key)\\.bias$", QUERY_KEY, null),
                                rule(BERT_LAYER + attention + "value\\.weight$", VALUE, RESIDUAL),
                                rule(BERT_LAYER + attention + "value\\.bias$", VALUE, null),
                                rule(BERT_LAYER + "attention\\.output\\.dense\\.weight$", RESIDUAL, VALUE),
                                rule(BERT_LAYER + "intermediate\\.dense\\.weight$", FEED_FORWARD, RESIDUAL),
                                rule(BERT_LAYER + "intermediate\\.dense\\.bias$", FEED_FORWARD, null),
                                rule(BERT_LAYER + "output\\.dense\\.weight$", RESIDUAL, FEED_FORWARD),
                                rule(BERT_LAYER + "(?:attention\\.)?output\\.dense\\.bias$", RESIDUAL, null)),
                        Stream.of(others))
                .toList();
    }

    private static Map<String, List<Rule>> families() {
        Map<String, List<Rule>> families = new LinkedHashMap<>();
        families.put("bert", BERT);
        families.put("roberta", BERT);
        families.put("xlm-roberta", BERT);
        families.put("camembert", BERT);
        families.put("distilbert", DISTILBERT);
        families.put("vit", VIT);
        return families;
    }

    /**
     * The units of a model.
     *
     * @param names of its tensors
     * @throws UnsupportedException if its family is another, or has a tensor that the family should not have
     */
    public static UnitMap of(ModelConfig config, Collection<String> names) {
        String family = config.modelType().orElse("model without model_type");
        List<Rule> rules = FAMILIES.get(family);
        if (rules == null) {
            throw new UnsupportedException("%s: units of a %s cannot be aligned: expected one of %s"
                    .formatted(config.file(), family, String.join(", ", FAMILIES.keySet())));
        }
        boolean pooled =
                names.stream().anyMatch(n -> n.endsWith("pooler.dense.weight") || n.equals("pre_classifier.weight"));
        Map<String, TensorUnits> tensors = new LinkedHashMap<>();
        for (String name : names) {
            TensorUnits units = name.equals("classifier.weight") && !pooled
                    ? new TensorUnits(Optional.empty(), Optional.of(Units.of(RESIDUAL, -1)))
                    : units(config, family, rules, name);
            if (units.all().findAny().isPresent()) {
                tensors.put(name, units);
            }
        }
        String heads = family.equals("distilbert") ? "n_heads" : "num_attention_heads";
        return new UnitMap(tensors, Math.max(1, config.json().path(heads).asInt(12)));
    }

    private static TensorUnits units(ModelConfig config, String family, List<Rule> rules, String name) {
        for (Rule rule : rules) {
            Matcher matcher = rule.name.matcher(name);
            if (matcher.find()) {
                int layer = matcher.groupCount() == 0 ? -1 : Integer.parseInt(matcher.group(1));
                return new TensorUnits(
                        Optional.ofNullable(rule.rows).map(kind -> Units.of(kind, layer)),
                        Optional.ofNullable(rule.columns).map(kind -> Units.of(kind, layer)));
            }
        }
        throw new UnsupportedException("%s: a %s's tensor \"%s\" is not known, so that its units cannot be aligned"
                .formatted(config.file(), family, name));
    }
}
