package io.sinter.hub;

import io.sinter.error.RecipeException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model of a hub as people name it: {@code hf:org/name}, {@code hf:name} for the few that belong to nobody,
 * {@code hf:org/name/path/of/a.file}, each with {@code @revision} or without.
 *
 * @param repository {@code org/name}, or {@code name}
 * @param file a file of the repository, or nothing for what Sinter needs of the model
 * @param revision a branch, a tag, {@code refs/pr/N} or a commit
 */
public record HubModel(String repository, Optional<String> file, String revision) {

    /** What such names start with. */
    public static final String PREFIX = "hf:";

    /** The revision of a name that says none. */
    public static final String MAIN = "main";

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/+-]{0,254}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Whether a name is one of a hub's model. */
    public static boolean isNamedSo(String name) {
        return name.startsWith(PREFIX);
    }

    /**
     * Reads a name.
     *
     * @throws RecipeException if it is none
     */
    public static HubModel parse(String name) {
        if (!isNamedSo(name)) {
            throw new IllegalArgumentException(name + ": got another name, expected " + PREFIX + "org/name");
        }
        String rest = name.substring(PREFIX.length());
        int at = rest.indexOf('@');
        String revision = at < 0 ? MAIN : rest.substring(at + 1);
        String[] parts = (at < 0 ? rest : rest.substring(0, at)).split("/", -1);
        for (int i = 0; i < Math.min(2, parts.length); i++) {
            requirePart(name, parts[i]);
        }
        if (!REVISION.matcher(revision).matches() || revision.contains("..") || revision.endsWith("/")) {
            throw wrong(name, "\"%s\" is no revision: expected a branch, a tag or a commit".formatted(revision));
        }
        if (parts.length <= 2) {
            return new HubModel(String.join("/", parts), Optional.empty(), revision);
        }
        String file = String.join("/", Arrays.asList(parts).subList(2, parts.length));
        String mistake = HubFile.mistakeIn(file);
        if (!mistake.isEmpty()) {
            throw wrong(name, "\"%s\" is no file of a repository: %s".formatted(file, mistake));
        }
        return new HubModel(parts[0] + "/" + parts[1], Optional.of(file), revision);
    }

    /** Whether a revision is a commit, which never changes. */
    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** What to call the model where it needs a name: the last part. */
    public String shortName() {
        String path = file.orElse(repository);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The repository as one name of a folder; no part of a repository's name has two hyphens. */
    String folderName() {
        return repository.replace("/", "--");
    }

    /** As people name it. */
    @Override
    public String toString() {
        return PREFIX + repository + file.map(f -> "/" + f).orElse("") + (revision.equals(MAIN) ? "" : "@" + revision);
    }

    private static void requirePart(String name, String part) {
        if (!PART.matcher(part).matches() || part.contains("--") || part.contains("..")) {
            throw wrong(
                    name,
                    "\"%s\" is no name of an organisation or model: letters, digits, '-', '_' and '.', without \"--\" and \"..\""
                            .formatted(part));
        }
    }

    private static RecipeException wrong(String name, String why) {
        return new RecipeException("%s: %s; expected hf:org/name, hf:org/name@revision or hf:org/name/path/model.onnx"
                .formatted(name, why));
    }
}
