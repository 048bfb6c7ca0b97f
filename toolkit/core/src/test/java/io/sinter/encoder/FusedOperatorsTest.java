package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.pass.fuse.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Fused graphs have the operators that the table in docs/export.md promises, no fewer and no others. */
class FusedOperatorsTest {

    private static final Path DOCS = Path.of("../../docs/export.md");
    private static final Set<String> ACTIVATIONS = Set.of("BiasGelu", "Gelu", "FastGelu", "QuickGelu");
    private static final List<String> LAYER_KEYS = List.of("num_hidden_layers", "n_layers", "num_layers", "n_layer");
    private static final List<String> ACTIVATION_KEYS =
            List.of("hidden_act", "activation", "dense_act_fn", "activation_function", "hidden_activation");

    /** A family's row: the cells with operators in every layer, and with others. */
    record Row(List<String> modelTypes, String inEveryLayer, String once) {

        Map<String, Long> expected(JsonNode config) {
            Map<String, Long> counts = operators(once, config);
            operators(inEveryLayer, config).forEach((op, n) -> counts.merge(op, n * layers(config), Long::sum));
            if (!fusedActivation(config)) {
                counts.remove("activation");
            }
            return counts;
        }
    }

    static Stream<Arguments> modelsAndTargets() {
        return Stream.concat(GoldenModel.all().stream(), oddTexts())
                .flatMap(g -> Stream.of(Target.CPU, Target.CUDA).map(t -> Arguments.of(g, t)));
    }

    /** Those of pictures have towers without a head, or of different activations, which the table does not tell apart. */
    private static Stream<GoldenModel> oddTexts() {
        return GoldenModel.odd().stream()
                .filter(golden -> !golden.config().modelType().orElseThrow().matches("(clip|siglip).*"));
    }

    @ParameterizedTest
    @MethodSource("modelsAndTargets")
    void fusedGraph_ofEachFamily_hasTheDocumentedOperators(GoldenModel golden, Target target) {
        String type = golden.config().modelType().orElseThrow();
        Row row = rows().stream()
                .filter(r -> r.modelTypes().contains(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for %s in %s".formatted(type, DOCS)));
        BuildOptions options = BuildOptions.PORTABLE.withTarget(target).withHead(Head.NONE);
        Map<String, Long> counts = golden.build(options).model().graph().nodes().stream()
                .filter(FusedOperatorsTest::isFused)
                .collect(Collectors.groupingBy(n -> inTable(n.opType()), TreeMap::new, Collectors.counting()));
        assertThat(counts).isEqualTo(row.expected(golden.config().json()));
    }

    @Test
    void table_hasARow_forEveryFamily() {
        List<String> documented =
                rows().stream().flatMap(r -> r.modelTypes().stream()).sorted().toList();
        assertThat(documented).isEqualTo(Architectures.modelTypes());
    }

    private static boolean isFused(Node node) {
        return node.domain().equals(MicrosoftOps.DOMAIN) || node.opType().equals("SimplifiedLayerNormalization");
    }

    private static String inTable(String opType) {
        return ACTIVATIONS.contains(opType) ? "activation" : opType;
    }

    /** Models of two towers hold the configuration of each within theirs. */
    private static List<JsonNode> parts(JsonNode config) {
        return config.has("text_config")
                ? List.of(config.path("text_config"), config.path("vision_config"))
                : List.of(config);
    }

    private static long layers(JsonNode config) {
        return parts(config).stream()
                .mapToLong(part -> first(part, LAYER_KEYS).asLong()
                        * part.path("inner_group_num").asLong(1))
                .sum();
    }

    private static boolean fusedActivation(JsonNode config) {
        String own = first(parts(config).getFirst(), ACTIVATION_KEYS).asString("gelu");
        String name = own.equals("swiglu") ? "silu" : own;
        return Set.of(Activation.GELU, Activation.GELU_TANH, Activation.QUICK_GELU, Activation.SILU)
                .contains(Activation.named(name).orElseThrow());
    }

    private static JsonNode first(JsonNode config, List<String> keys) {
        return keys.stream()
                .map(config::path)
                .filter(n -> !n.isMissingNode())
                .findFirst()
                .orElse(config.path(keys.getFirst()));
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String line : lines()) {
            if (line.startsWith("| `")) {
                String[] cells = line.split("\\|", -1);
                List<String> types = Arrays.stream(cells[1].replace("`", "").split(","))
                        .map(String::strip)
                        .toList();
                rows.add(new Row(types, cells[2], cells[3]));
            }
        }
        return rows;
    }

    /** {@code Attention, 2 SkipLayerNormalization if conv_kernel_size > 0}. */
    private static Map<String, Long> operators(String cell, JsonNode config) {
        Map<String, Long> operators = new TreeMap<>();
        for (String part : cell.replace("`", "").strip().split(",\\s*")) {
            String[] condition = part.split(" if ");
            String[] words = condition[0].split(" ");
            if (!part.isEmpty() && (condition.length == 1 || holds(condition[1], config))) {
                operators.merge(
                        inTable(words[words.length - 1]), words.length == 1 ? 1 : Long.parseLong(words[0]), Long::sum);
            }
        }
        return operators;
    }

    /** {@code not position_biased_input and type_vocab_size > 1}. */
    private static boolean holds(String condition, JsonNode config) {
        return Arrays.stream(condition.split(" and ")).allMatch(part -> {
            if (part.contains(" > ")) {
                String[] sides = part.split(" > ");
                return config.path(sides[0]).asLong(0) > Long.parseLong(sides[1]);
            }
            boolean negated = part.startsWith("not ");
            return config.path(negated ? part.substring(4) : part).asBoolean(false) != negated;
        });
    }

    private static List<String> lines() {
        try {
            List<String> all = Files.readAllLines(DOCS);
            int header = all.indexOf("| family | in every layer | once | not fused, and why |");
            assertThat(header).as("the table's header in %s", DOCS).isNotNegative();
            return all.subList(header, all.size());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
