package io.sinter.output;

import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code README.md} of an output directory, with the front matter that the Hugging Face hub reads.
 *
 * @param kind what was done
 * @param name of the directory
 * @param parents the models that went in
 * @param recipe the recipe's text, or null where there was none
 * @param facts lines about the result: method, width, how to pool
 * @param notes what a user should know before relying on it
 */
public record ModelCard(
        Kind kind,
        String name,
        List<Parent> parents,
        @Nullable String recipe,
        List<String> facts,
        List<String> notes) {

    /** What was done to the models that went in. */
    public enum Kind {
        /** Their tables were merged. */
        MERGE("A merge of embedding models, made by Sinter.", "- merge\n"),
        /** Their encoders stand side by side. */
        ENSEMBLE("Several encoders in one graph, made by Sinter.", "- merge\n"),
        /** One was made into another form. */
        CONVERSION("Another form of the same model, made by Sinter.", ""),
        /** Its weights were trained. */
        TRAINING("A model that was trained further, made by Sinter.", "");

        private final String sentence;
        private final String tags;

        Kind(String sentence, String tags) {
            this.sentence = sentence;
            this.tags = tags;
        }
    }

    /** A model that went in; its licence is null where its files name none. */
    public record Parent(
            String name, String location, @Nullable String license) {}

    /**
     * The card of a model that was made of one other.
     *
     * @param kind what was done to it
     * @param target where the result will be
     * @param source the other model
     */
    public static ModelCard ofOne(Kind kind, Path target, ModelSource source, List<String> facts, List<String> notes) {
        Parent parent = new Parent(
                String.valueOf(source.path().getFileName()),
                source.path().toString(),
                source.companions().license().orElse(null));
        return new ModelCard(
                kind, String.valueOf(target.getFileName()), List.of(parent), null, facts, List.copyOf(notes));
    }

    /** The licence of the result, if every parent that names one names the same. */
    public @Nullable String license() {
        Set<String> licenses = licenses();
        return licenses.size() == 1 ? licenses.iterator().next() : null;
    }

    /** What is wrong with the parents' licences, or null. */
    public @Nullable String licenseWarning() {
        Set<String> licenses = licenses();
        if (licenses.size() > 1) {
            return "the parents' licences differ ("
                    + parents.stream()
                            .filter(p -> p.license() != null)
                            .map(p -> p.name() + ": " + p.license())
                            .collect(Collectors.joining(", "))
                    + "); check that they allow a merge before you publish it";
        }
        List<String> unknown = parents.stream()
                .filter(p -> p.license() == null)
                .map(Parent::name)
                .toList();
        return unknown.isEmpty()
                ? null
                : "no licence is stated in the files of " + String.join(", ", unknown)
                        + "; look it up before you publish this";
    }

    /** The card as Markdown. */
    public String toMarkdown() {
        StringBuilder text = new StringBuilder("---\n");
        String license = license();
        if (license != null) {
            text.append("license: ").append(license).append('\n');
        }
        text.append("pipeline_tag: sentence-similarity\ntags:\n")
                .append(kind.tags)
                .append("- sinter\n- onnx\n");
        text.append("---\n\n# ")
                .append(name)
                .append("\n\n")
                .append(kind.sentence)
                .append("\n\n");
        text.append("## Parents\n\n");
        for (Parent parent : parents) {
            text.append("- **")
                    .append(parent.name())
                    .append("**: `")
                    .append(parent.location())
                    .append('`');
            text.append(parent.license() == null ? ", licence not stated in its files" : ", " + parent.license());
            text.append('\n');
        }
        section(text, "What it is", facts);
        section(text, "Notes", notes);
        if (recipe != null) {
            text.append("\n## Recipe\n\n```yaml\n").append(recipe.strip()).append("\n```\n");
        }
        text.append("\nFiles, digests and versions are in `sinter.json`.\n");
        return text.toString();
    }

    private static void section(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append("\n## ").append(title).append("\n\n");
            lines.forEach(line -> text.append("- ").append(line).append('\n'));
        }
    }

    private Set<String> licenses() {
        return parents.stream()
                .map(Parent::license)
                .filter(l -> l != null && !l.isBlank())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
