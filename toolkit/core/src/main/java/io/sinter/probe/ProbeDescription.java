package io.sinter.probe;

import io.sinter.error.OutputException;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.InputRole;
import io.sinter.inference.TextSettings;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.op.Opsets;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import io.sinter.output.SinterVersion;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Port;
import io.sinter.source.CarriedFiles;
import io.sinter.source.Companions;
import io.sinter.source.InputSet;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what stands beside a graph with a classifier: what stood beside the model, its labels, how they were fitted, a
 * model card, a manifest.
 *
 * @param request what was asked for
 * @param fitted what came of it
 * @param model the graph
 * @param pooling that it does, beside what it did
 * @param notes what a user should know; what is found while writing is added
 */
record ProbeDescription(
        ProbeRequest request, Probe.Fitted fitted, Model model, Optional<Pooling> pooling, List<String> notes) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final String CONFIG = "config.json";

    /** How a classifier was fitted, in a directory that has one. */
    private static final String REPORT = "probe.json";

    /** Writes into a directory that has the graph already. */
    void write(Path directory, Path target, Map<String, Long> milliseconds) {
        ModelSource source = request.source();
        try {
            notes.addAll(CarriedFiles.copy(source.companions(), directory));
            writeHead(directory, fitted);
            Files.writeString(directory.resolve("README.md"), card(target).toMarkdown());
            Files.writeString(
                    directory.resolve(Manifest.FILE_NAME),
                    manifest(milliseconds).toJson());
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /** Puts labels into a directory's {@code config.json}, and how they were fitted beside it. */
    static void writeHead(Path directory, Probe.Fitted fitted) throws IOException {
        Path file = directory.resolve(CONFIG);
        ObjectNode config =
                Files.exists(file) ? (ObjectNode) MAPPER.readTree(Files.readString(file)) : MAPPER.createObjectNode();
        fitted.head().configure(config);
        Files.writeString(file, MAPPER.writeValueAsString(config) + "\n");
        Files.writeString(directory.resolve(REPORT), MAPPER.writeValueAsString(fitted.report()) + "\n");
    }

    private ModelCard card(Path target) {
        ProbeReport report = fitted.report();
        List<String> facts = new ArrayList<>();
        facts.add("logits: a linear classifier on vectors of width %d, labels %s"
                .formatted(report.width(), String.join(", ", fitted.head().labels())));
        facts.add(String.format(
                Locale.ROOT,
                "fitted on %,d rows of %s by logistic regression, C = %s, %.4f of them right",
                report.rows(),
                request.data().getFileName(),
                report.strength(),
                report.trainAccuracy()));
        report.strengths().stream()
                .filter(tried -> tried.accuracy() != null && tried.strength() == report.strength())
                .forEach(tried -> facts.add(String.format(
                        Locale.ROOT, "accuracy in %d-fold cross-validation: %.4f", report.folds(), tried.accuracy())));
        return ModelCard.ofOne(ModelCard.Kind.CONVERSION, target, request.source(), facts, notes);
    }

    private Manifest manifest(Map<String, Long> milliseconds) {
        ModelSource source = request.source();
        Optional<Manifest.Result> known = (Files.isDirectory(source.path())
                        ? Manifest.find(source.path())
                        : Optional.<Manifest>empty())
                .map(Manifest::result);
        boolean unitLength = pooling.isPresent()
                ? request.embedding().normalization() == Normalization.UNIT_LENGTH
                : known.map(Manifest.Result::normalize).orElse(false);
        Manifest.Result made = new Manifest.Result(
                known.map(Manifest.Result::kind).orElse("encoder"),
                known.map(Manifest.Result::rows).filter(rows -> rows > 0).orElseGet(this::rows),
                fitted.report().width(),
                known.map(Manifest.Result::dtype).orElse("FLOAT"),
                "none",
                pooling.map(Pooling::label)
                        .or(() -> known.map(Manifest.Result::pooling))
                        .orElse(null),
                pooling.isPresent() || known.map(Manifest.Result::pooled).orElse(false),
                unitLength,
                null,
                null);
        return new Manifest(
                SinterVersion.CURRENT,
                null,
                null,
                List.of(Manifest.Source.of(source)),
                made,
                null,
                source.companions().otherTokenizers(),
                sets(),
                Manifest.versionsUsed(Opsets.EMITTED),
                milliseconds,
                List.copyOf(notes));
    }

    /** Of the token table; 0 for a model that reads no texts. */
    private long rows() {
        return request.input() == ProbeInput.TEXTS ? request.source().table().rows() : 0;
    }

    /** Texts are read behind the prompt, and cut, as they were for the fit. */
    private List<InputSet> sets() {
        Companions companions = request.source().companions();
        EmbedderOptions embedding = request.embedding();
        boolean usual = embedding.prompt().isEmpty() && embedding.maxTokens().isEmpty();
        if (request.input() != ProbeInput.TEXTS || usual) {
            return companions.inputSets();
        }
        List<Port> ports = model.graph().inputs().stream()
                .filter(input -> !input.isInitializer() && input.type() != null)
                .map(input -> new Port(input.name(), Objects.requireNonNull(input.type())))
                .toList();
        Map<String, String> inputs = new LinkedHashMap<>();
        InputRole.of(request.source().path().toString(), ports)
                .forEach((role, port) -> inputs.put(role.usualName(), port.name()));
        return List.of(new InputSet(
                "model",
                "tokenizer.json",
                embedding.prompt(),
                TextSettings.maxTokens(companions, embedding.maxTokens()),
                inputs,
                null));
    }
}
