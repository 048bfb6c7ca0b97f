package io.sinter.merge;

import io.sinter.checkpoint.CheckpointReport;
import io.sinter.error.OutputException;
import io.sinter.merge.MergePlan.Body;
import io.sinter.onnx.op.Opsets;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import io.sinter.output.SentenceTransformersLayout;
import io.sinter.output.SinterVersion;
import io.sinter.output.Stopwatch;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.recipe.OutputEntry;
import io.sinter.recipe.Recipe;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes what stands beside the weights: tokenizer, configuration, sentence-transformers modules, model card, manifest.
 *
 * @param body how the body was merged, if it was
 * @param merged the merged table
 * @param target where the directory will be, for the card's title
 * @param optimization what was done to the graph to make it fit a target
 * @param notes what a user should know; licence warnings are added to them
 */
record OutputDescription(
        MergePlan plan,
        Optional<CheckpointReport> body,
        TensorData merged,
        Path target,
        Optional<Manifest.Optimization> optimization,
        List<String> notes) {

    /** Writes into a directory that has the weights already. */
    void write(Path directory, SourceDigests digests, Stopwatch watch) {
        try {
            new OutputTokenizer(plan, notes).write(directory);
            Optional<Manifest.WordVectorsFile> words = wordVectors(directory);
            Optional<String> config = OutputConfig.of(plan);
            if (config.isPresent()) {
                Files.writeString(directory.resolve("config.json"), config.get());
            }
            if (layout().contains(OutputEntry.Layout.SENTENCE_TRANSFORMERS)) {
                writeModules(directory);
            }
            ModelCard card = card();
            Files.writeString(directory.resolve("README.md"), card.toMarkdown());
            Files.writeString(
                    directory.resolve(Manifest.FILE_NAME),
                    manifest(digests, watch, words).toJson());
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private Optional<Manifest.WordVectorsFile> wordVectors(Path directory) {
        Optional<Manifest.WordVectorsFile> words = Optional.ofNullable(
                        plan.recipe().output().wordVectors())
                .map(format -> TableWords.write(directory, format, merged));
        words.ifPresent(w -> notes.add(
                "%s: %,d words; %,d tokens are left out: special, unused, bytes, or read as a word that is there"
                        .formatted(w.file(), w.words(), w.leftOut())));
        return words;
    }

    private List<OutputEntry.Layout> layout() {
        List<OutputEntry.Layout> layout = plan.recipe().output().layout();
        return layout == null ? List.of() : layout;
    }

    private void writeModules(Path directory) throws IOException {
        SentenceVectors sentences = plan.sentences();
        if (plan.body() instanceof Body.None) {
            SentenceTransformersLayout.writeStatic(directory);
        } else if (sentences.pooling() != null) {
            SentenceTransformersLayout.write(
                    directory, sentences.pooling(), sentences.normalization(), plan.width(), sentences.prompt());
        }
    }

    private ModelCard card() {
        List<ModelCard.Parent> parents = parents();
        String name = String.valueOf(target.getFileName());
        ModelCard card = new ModelCard(ModelCard.Kind.MERGE, name, parents, recipeText(), facts(), List.copyOf(notes));
        String warning = card.licenseWarning();
        if (warning == null) {
            return card;
        }
        notes.add(warning);
        return new ModelCard(ModelCard.Kind.MERGE, name, parents, recipeText(), facts(), List.copyOf(notes));
    }

    /** The recipe's models, then what only its body is merged of. */
    private List<ModelCard.Parent> parents() {
        List<ModelCard.Parent> parents = new ArrayList<>();
        plan.sources()
                .forEach(s -> parents.add(new ModelCard.Parent(
                        s.name(),
                        s.entry().model(),
                        s.source().companions().license().orElse(null))));
        plan.bodyMerge().stream()
                .flatMap(merge -> merge.parents().stream())
                .filter(parent -> parents.stream().noneMatch(p -> p.name().equals(parent.name())))
                .forEach(parents::add);
        return parents;
    }

    private List<Manifest.Source> sources(SourceDigests digests) {
        List<Manifest.Source> sources = new ArrayList<>();
        plan.sources()
                .forEach(s -> sources.add(
                        new Manifest.Source(s.name(), s.source().path().toString(), digests.of(s))));
        plan.bodyMerge().stream()
                .flatMap(merge -> merge.digests().stream())
                .filter(source -> sources.stream().noneMatch(s -> s.name().equals(source.name())))
                .forEach(sources::add);
        return sources;
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        body.ifPresent(report -> facts.add("the body's weights are merged by %s: %d tensors, %,d parameters, %s"
                .formatted(report.method(), report.tensors(), report.parameters(), report.dtype())));
        facts.add("merged table: %s [%d, %d], by %s, %s"
                .formatted(
                        plan.dtype(),
                        plan.rows(),
                        plan.width(),
                        plan.combination().combiner().method(),
                        mode()));
        SentenceVectors sentences = plan.sentences();
        facts.add(
                sentences.pooling() == null
                        ? "pooling: not stated by the recipe or the body's files"
                        : "sentence vectors: %s pooling%s%s"
                                .formatted(
                                        sentences.pooling().label(),
                                        normalizes() ? ", normalised" : "",
                                        inGraph() ? ", in the graph (output sentence_embedding)" : ""));
        if (sentences.prompt() != null) {
            facts.add("prompt: put \"%s\" before each text".formatted(sentences.prompt()));
        }
        optimization.ifPresent(o -> facts.add("optimised for %s, in %s%s"
                .formatted(
                        o.target(), o.dtype(), o.embedding() == null ? "" : ", token embeddings in " + o.embedding())));
        return facts;
    }

    private Manifest manifest(SourceDigests digests, Stopwatch watch, Optional<Manifest.WordVectorsFile> words) {
        Recipe recipe = plan.recipe();
        Pooling pooling = plan.sentences().pooling();
        Manifest.Result result = new Manifest.Result(
                plan.body() instanceof Body.None ? "static-embedding" : "encoder",
                plan.rows(),
                plan.width(),
                plan.dtype().toString(),
                mode(),
                pooling == null ? null : pooling.label(),
                inGraph(),
                normalizes(),
                plan.sentences().prompt(),
                words.orElse(null));
        return new Manifest(
                SinterVersion.CURRENT,
                recipeText(),
                recipe.file().toAbsolutePath().normalize().toString(),
                sources(digests),
                result,
                optimization.orElse(null),
                OtherTokens.of(plan),
                List.of(),
                Manifest.versionsUsed(Opsets.EMITTED),
                watch.milliseconds(),
                List.copyOf(notes));
    }

    private boolean inGraph() {
        return plan.sentences().where() == SentenceVectors.Where.IN_GRAPH;
    }

    private boolean normalizes() {
        return plan.sentences().normalization() == Normalization.UNIT_LENGTH;
    }

    private String mode() {
        return plan.recipe().mode().name().toLowerCase(Locale.ROOT);
    }

    private String recipeText() {
        return plan.recipe().text();
    }
}
