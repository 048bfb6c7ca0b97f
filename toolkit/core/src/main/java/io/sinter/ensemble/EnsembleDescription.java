package io.sinter.ensemble;

import io.sinter.error.OutputException;
import io.sinter.image.ImageProcessor;
import io.sinter.onnx.op.Opsets;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import io.sinter.output.SinterVersion;
import io.sinter.pooling.Normalization;
import io.sinter.recipe.ClassifierEntry;
import io.sinter.recipe.Recipe;
import io.sinter.source.InputSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what stands beside the graph: tokenizers, configuration, model card, manifest.
 *
 * @param sources the models' files with their digests
 * @param target where the directory will be
 * @param optimization what was done to the graph to make it fit a target
 * @param milliseconds wall time of each step
 * @param notes what a user should know; what is found while writing is added
 */
record EnsembleDescription(
        EnsemblePlan plan,
        List<Manifest.Source> sources,
        Path target,
        Optional<Manifest.Optimization> optimization,
        Map<String, Long> milliseconds,
        List<String> notes) {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Writes into a directory. */
    void write(Path directory) {
        try {
            for (InputSet set : plan.sets()) {
                Path file = set.path(directory);
                Files.createDirectories(file.getParent());
                plan.tokenizer(set).note().ifPresent(notes::add);
                Files.write(file, plan.tokenizer(set).bytes());
            }
            for (Branch branch : plan.branches()) {
                if (branch instanceof ImageBranch image) {
                    Files.write(
                            directory.resolve(ImageProcessor.FILE),
                            ImageProcessor.standalone(image.encoder().processorFile()));
                }
            }
            Files.writeString(directory.resolve("config.json"), config());
            Files.writeString(directory.resolve("README.md"), card().toMarkdown());
            Files.writeString(directory.resolve(Manifest.FILE_NAME), manifest().toJson());
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private String config() {
        ObjectNode config = MAPPER.createObjectNode();
        config.put("model_type", "sinter-encoders");
        config.putArray("architectures").add("SinterEncoders");
        config.put("hidden_size", plan.width());
        ClassifierEntry classifier = plan.recipe().output().classifier();
        if (classifier != null && classifier.learn() == null) {
            ObjectNode names = config.putObject("id2label");
            ObjectNode ids = config.putObject("label2id");
            for (int i = 0; i < classifier.labels().size(); i++) {
                names.put(String.valueOf(i), classifier.labels().get(i));
                ids.put(classifier.labels().get(i), i);
            }
            config.put("problem_type", "single_label_classification");
        }
        return MAPPER.writeValueAsString(config) + "\n";
    }

    private ModelCard card() {
        List<ModelCard.Parent> parents = plan.branches().stream()
                .map(b -> new ModelCard.Parent(
                        b.name(),
                        b.entry().model(),
                        b.source().companions().license().orElse(null)))
                .toList();
        String name = String.valueOf(target.getFileName());
        String recipe = plan.recipe().text();
        String warning = new ModelCard(ModelCard.Kind.ENSEMBLE, name, parents, recipe, facts(), notes).licenseWarning();
        if (warning != null) {
            notes.add(warning);
        }
        return new ModelCard(ModelCard.Kind.ENSEMBLE, name, parents, recipe, facts(), List.copyOf(notes));
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        for (Branch branch : plan.branches()) {
            facts.add("%s: vectors of width %d (%s), from %s"
                    .formatted(
                            branch.name(),
                            branch.width(),
                            branch.vectors(),
                            String.join(
                                    ", ",
                                    branch.inputs().stream()
                                            .map(BranchInput::shared)
                                            .toList())));
        }
        facts.add("combined at level %s by %s: width %d%s"
                .formatted(
                        plan.level().label(),
                        plan.combination().combiner().method(),
                        plan.width(),
                        plan.normalization() == Normalization.UNIT_LENGTH ? ", normalised" : ""));
        if (plan.readsPictures()) {
            facts.add(
                    "text_present, image_present: which rows have a text and which a picture; the other inputs hold those that there are");
        }
        for (InputSet set : plan.sets()) {
            facts.add("%s: tokens of %s%s, at most %d of a text"
                    .formatted(
                            String.join(", ", set.inputs().values()),
                            set.tokenizer(),
                            set.prompt().isEmpty() ? "" : ", of \"%s\" and the text".formatted(set.prompt()),
                            set.maxTokens()));
        }
        optimization.ifPresent(o -> facts.add("optimised for %s, in %s".formatted(o.target(), o.dtype())));
        return facts;
    }

    private Manifest manifest() {
        Recipe recipe = plan.recipe();
        Manifest.Result result = new Manifest.Result(
                EnsembleChecks.KIND,
                0,
                plan.width(),
                "FLOAT",
                plan.level().label(),
                null,
                true,
                plan.normalization() == Normalization.UNIT_LENGTH,
                null,
                null);
        return new Manifest(
                SinterVersion.CURRENT,
                recipe.text(),
                recipe.file().toAbsolutePath().normalize().toString(),
                sources,
                result,
                optimization.orElse(null),
                List.of(),
                plan.sets(),
                Manifest.versionsUsed(Opsets.EMITTED),
                milliseconds,
                List.copyOf(notes));
    }
}
