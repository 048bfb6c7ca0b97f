package io.sinter.cli;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.TextForm;
import io.sinter.report.ModelSummary;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sinter inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Shows what is in a model: its table, graph, tokenizer and configuration. Weights are not read.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter inspect cache:bge-small-en-v1.5",
            "  sinter inspect hf:BAAI/bge-small-en-v1.5",
            "  sinter inspect model.onnx --graph | less"
        })
final class InspectCommand implements Callable<Integer> {

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Option(names = "--graph", description = "Print the graph, a node a line.")
    private boolean graph;

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        ModelSource source = ModelSource.open(graph ? model.graph() : model.path());
        if (graph) {
            if (!(source instanceof GraphSource onnx)) {
                throw new UnsupportedException(
                        source.path() + ": --graph needs an .onnx model, this is a " + source.kind());
            }
            String text = TextForm.of(onnx.readModel());
            printer.print(List.of(text.split("\n", -1)), out -> out.println(text));
            return ExitCode.OK.code();
        }
        ModelSummary summary = ModelSummary.of(source);
        printer.print(summary, out -> print(summary, out));
        return ExitCode.OK.code();
    }

    private static void print(ModelSummary summary, PrintWriter out) {
        out.printf("%s: %s%n", summary.path(), summary.kind());
        summary.files().forEach((file, bytes) -> out.printf("  %10s  %s%n", Sizes.format(bytes), file));
        table(summary.table(), out);
        summary.graph().ifPresent(g -> graph(g, out));
        tokenizer(summary.tokenizer(), out);
        if (!summary.config().isEmpty()) {
            out.println("config.json");
            summary.config().forEach((key, value) -> out.printf("  %s: %s%n", key, value));
        }
        summary.license().ifPresent(l -> out.println("licence: " + l));
        summary.notes().forEach(n -> out.println("note: " + n));
    }

    private static void table(ModelSummary.TableSummary table, PrintWriter out) {
        out.println("embedding table");
        table.problem().ifPresent(p -> out.println("  not found: " + p));
        table.stored().ifPresent(s -> out.printf("  %s  %s%n", s, table.where().orElse("")));
        table.lookups().forEach(l -> out.println("  looked up by " + l));
        table.tied().forEach(t -> out.println("  tied output projection: " + t));
        table.others().forEach(o -> out.println("  other table: " + o));
    }

    private static void graph(ModelSummary.GraphSummary graph, PrintWriter out) {
        String opsets = graph.opsets().entrySet().stream()
                .map(e -> (e.getKey().isEmpty() ? "ai.onnx" : e.getKey()) + " " + e.getValue())
                .collect(Collectors.joining(", "));
        out.printf("graph: opset %s, IR version %d%n", opsets, graph.irVersion());
        graph.inputs().forEach(i -> out.println("  input   " + i));
        graph.outputs().forEach(o -> out.println("  output  " + o));
        out.printf(
                "  %d nodes: %s%n",
                graph.nodes(),
                graph.operators().entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", ")));
        out.printf("  %d constants, %s%n", graph.constants(), Sizes.format(graph.constantBytes()));
    }

    private static void tokenizer(ModelSummary.TokenizerSummary tokenizer, PrintWriter out) {
        if (tokenizer.problem().isPresent()) {
            out.println("tokenizer: " + tokenizer.problem().get());
            return;
        }
        String special = tokenizer.special().entrySet().stream()
                .map(e -> e.getKey().toLowerCase(java.util.Locale.ROOT) + " " + e.getValue())
                .collect(Collectors.joining(", "));
        out.printf("tokenizer: %,d tokens%s%n", tokenizer.tokens(), special.isEmpty() ? "" : "; " + special);
    }
}
