package io.sinter.hub;

import io.sinter.cache.CacheLock;
import io.sinter.error.MissingException;
import io.sinter.error.OutputException;
import io.sinter.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings files of a commit into the folder of a view, each whole and checked or not at all: from other views, from the
 * cache of Hugging Face's library, from the hub.
 *
 * @param hub that has them
 * @param folder of the repository in the cache
 * @param target what goes where
 * @param lock on the folder
 */
record HubFetch(Hub hub, HubFolder folder, Target target, CacheLock lock) {

    /**
     * What goes where.
     *
     * @param model whose files
     * @param commit of the model
     * @param view the folder to fill
     */
    record Target(HubModel model, String commit, Path view) {}

    /** Brings what is not there yet. */
    void run(List<HubFile> files) throws IOException {
        List<HubFile> missing = new ArrayList<>();
        for (HubFile file : files) {
            if (!HubFolder.isThere(target.view.resolve(file.path()), file) && !isTakenFromACopy(file)) {
                missing.add(file);
            }
        }
        if (!missing.isEmpty()) {
            requireNetwork(missing);
            download(missing);
        }
    }

    private void requireNetwork(List<HubFile> missing) {
        if (hub.settings().network() == Network.OFFLINE) {
            throw new MissingException(
                    "%s: %s of commit %s not in the cache, and the network may not be used: run once without --offline, HF_HUB_OFFLINE and SINTER_OFFLINE"
                            .formatted(
                                    target.model,
                                    missing.size() == 1
                                            ? missing.getFirst().path() + " is"
                                            : "%s and %d more files are"
                                                    .formatted(
                                                            missing.getFirst().path(), missing.size() - 1),
                                    target.commit));
        }
    }

    private void download(List<HubFile> files) throws IOException {
        long bytes = 0;
        long arrived = 0;
        for (HubFile file : files) {
            Path part = folder.part(target.commit, file, lock);
            bytes = Math.addExact(bytes, file.size());
            arrived += Files.exists(part) ? Math.min(Files.size(part), file.size()) : 0;
        }
        requireSpace(bytes - arrived);
        hub.progress()
                .note("downloading %s, %d files of %.1f MB%s"
                        .formatted(
                                target.model,
                                files.size(),
                                bytes / 1e6,
                                arrived > 0 ? " (%.1f MB are there)".formatted(arrived / 1e6) : ""));
        Attempts attempts = hub.attempts(hub.settings().patience().attempts());
        try (Progress.Task task = hub.progress().begin("downloading " + target.model, bytes)) {
            for (HubFile file : files) {
                Path part = folder.part(target.commit, file, lock);
                HubRequest asked = hub.api().file(target.model, target.commit, file);
                Download download = new Download(hub.api().connection(), asked, file, part);
                download.run(attempts, task);
                place(part, file);
                download.discard();
            }
        }
    }

    private void requireSpace(long bytes) throws IOException {
        long free = Files.getFileStore(folder.cache().root()).getUsableSpace();
        if (bytes > free) {
            throw new OutputException(
                    "%s: needs %d bytes, but the disk of the cache %s has %d free; free some (sinter cache list), or set SINTER_CACHE to another disk"
                            .formatted(target.model, bytes, folder.cache().root(), free));
        }
    }

    /** A link where the file system can, as files of the cache are never changed; a copy elsewhere. */
    private boolean isTakenFromACopy(HubFile file) throws IOException {
        Optional<Path> copy = hub.copy(target.model, folder, target.commit, file);
        if (copy.isEmpty()) {
            return false;
        }
        Path part = folder.part(target.commit, file, lock).resolveSibling("copy.part");
        Files.deleteIfExists(part);
        try {
            Files.createLink(part, copy.get());
        } catch (IOException | UnsupportedOperationException e) {
            requireSpace(file.size());
            Files.copy(copy.get(), part, StandardCopyOption.REPLACE_EXISTING);
        }
        place(part, file);
        return true;
    }

    private void place(Path part, HubFile file) throws IOException {
        Path place = target.view.resolve(file.path()).normalize();
        if (!place.startsWith(target.view.normalize())) {
            throw new IllegalStateException(file.path() + " leads out of " + target.view);
        }
        Files.createDirectories(place.getParent());
        Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
