package io.sinter.hub;

import io.sinter.hub.HubDigest.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cache of Hugging Face's own library, which is read and never written: {@code models--org--name/refs/REVISION} and
 * {@code snapshots/COMMIT/…}, links to {@code blobs/DIGEST}.
 *
 * @param root its folder, which need not exist
 */
record HuggingFaceCache(Path root) {

    private static final int DEEPEST = 8;

    private Path folder(HubModel model) {
        return root.resolve("models--" + model.folderName());
    }

    /** The commit that a revision was when that library last asked. */
    Optional<String> commit(HubModel model) {
        Path file = folder(model).resolve("refs").resolve(model.revision());
        try {
            return Files.isRegularFile(file) && Files.size(file) <= 100
                    ? Optional.of(Files.readString(file).strip()).filter(HubModel::isCommit)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A file of a commit with the content that is expected. */
    Optional<Path> find(HubModel model, String commit, HubFile file) throws IOException {
        Path path = folder(model).resolve("snapshots").resolve(commit).resolve(file.path());
        if (!HubFolder.isThere(path, file)) {
            return Optional.empty();
        }
        Path real = path.toRealPath();
        boolean same = file.digest().isEmpty() || file.digest().get().isThatOf(real);
        return same ? Optional.of(real) : Optional.empty();
    }

    /** What of a commit is there, for when the hub cannot be asked. */
    Optional<HubListing> listing(HubModel model, String commit) {
        Path snapshot = folder(model).resolve("snapshots").resolve(commit);
        if (!Files.isDirectory(snapshot)) {
            return Optional.empty();
        }
        List<HubFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(snapshot, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                String name = snapshot.relativize(path).toString().replace('\\', '/');
                files.add(new HubFile(name, Files.size(path), digest(path)));
            }
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
        return Optional.of(new HubListing(commit, files));
    }

    /** Blobs are named by their digest. */
    private static Optional<HubDigest> digest(Path path) throws IOException {
        String name = String.valueOf(path.toRealPath().getFileName());
        return Stream.of(Kind.values())
                .filter(kind -> HubDigest.isOne(kind, name))
                .map(kind -> new HubDigest(kind, name))
                .findFirst();
    }
}
