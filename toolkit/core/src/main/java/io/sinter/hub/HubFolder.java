package io.sinter.hub;

import io.sinter.cache.CacheDirectory;
import io.sinter.cache.CacheLock;
import io.sinter.error.OutputException;
import io.sinter.file.AtomicFile;
import io.sinter.json.StrictJson;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What Sinter's cache has of one repository, below {@code hub/org--name}: {@code refs/REVISION}, a file with the commit;
 * {@code COMMIT/listing.json}; {@code COMMIT/VIEW/…}, the files of a {@link HubSelection}; {@code partial/DIGEST.part}.
 *
 * @param cache Sinter's
 * @param repository {@code org--name}
 */
record HubFolder(CacheDirectory cache, String repository) {

    /** The folder of all repositories. */
    static final String HUB = "hub";

    private static final int COMMIT_BYTES = 40;

    private Path root() {
        return cache.root().resolve(HUB).resolve(repository);
    }

    /** Keeps the repository from being cleaned while this process lives. */
    void use() {
        cache.use(HUB + "/" + repository);
    }

    /** Waits for the right to change it. */
    CacheLock lock() throws IOException {
        return cache.lock(HUB + "/" + repository);
    }

    /** The folder of a view. */
    Path view(String commit, HubSelection selection) {
        return root().resolve(commit).resolve(selection.view());
    }

    /** Whether files are in a folder, with their sizes. Contents were checked when they arrived. */
    static boolean isWhole(Path view, List<HubFile> files) {
        return files.stream().allMatch(f -> isThere(view.resolve(f.path()), f));
    }

    /** Whether a file is there, with its size. */
    static boolean isThere(Path path, HubFile file) {
        try {
            return Files.isRegularFile(path) && Files.size(path) == file.size();
        } catch (IOException e) {
            return false;
        }
    }

    /** The commit that a revision was when it was last asked for. */
    Optional<String> commit(String revision) {
        Path file = ref(revision);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String commit = new String(StrictJson.bytes(file, COMMIT_BYTES), StandardCharsets.US_ASCII);
        return Optional.of(commit).filter(HubModel::isCommit);
    }

    /** Remembers a listing, and that a revision is its commit. */
    void remember(String revision, HubListing listing) {
        write(listingFile(listing.commit()), listing.toJson());
        if (!HubModel.isCommit(revision)) {
            write(ref(revision), listing.commit().getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** The listing of a commit, if it is remembered. */
    Optional<HubListing> listing(String commit) {
        Path file = listingFile(commit);
        return Files.isRegularFile(file)
                ? Optional.of(HubListing.parse(file, StrictJson.bytes(file, HubListing.MAX_BYTES)))
                : Optional.empty();
    }

    /** Where what has arrived of a file is kept. */
    Path part(String commit, HubFile file, CacheLock lock) throws IOException {
        String name = file.digest().map(HubDigest::hex).orElse(commit + "-" + encoded(file.path()));
        String alone =
                lock.excludesProcesses() ? "" : "-" + ProcessHandle.current().pid();
        return Files.createDirectories(root().resolve("partial")).resolve(name + alone + ".part");
    }

    /** A whole copy of a file in another view of the commit. */
    Optional<Path> copy(String commit, HubFile file) throws IOException {
        Path folder = root().resolve(commit);
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (var views = Files.list(folder)) {
            return views.map(view -> view.resolve(file.path()))
                    .filter(path -> isThere(path, file))
                    .findFirst();
        }
    }

    private Path listingFile(String commit) {
        return root().resolve(commit).resolve("listing.json");
    }

    private Path ref(String revision) {
        return root().resolve("refs").resolve(encoded(revision));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new OutputException(
                    "%s: the cache cannot be written: %s; set SINTER_CACHE to a folder that can be"
                            .formatted(file.getParent(), e),
                    e);
        }
        AtomicFile.write(file, bytes.length, channel -> channel.write(ByteBuffer.wrap(bytes)));
    }
}
