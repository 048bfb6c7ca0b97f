package io.sinter.hub;

import io.sinter.cache.CacheDirectory;
import io.sinter.cache.CacheLock;
import io.sinter.error.MissingException;
import io.sinter.error.OutputException;
import io.sinter.error.SinterException;
import io.sinter.progress.Progress;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Models of a Hugging Face hub, downloaded into Sinter's cache when they are first asked for. One of these sees one commit
 * of a model, however often it is asked.
 */
public final class Hub {

    private final HubSettings settings;
    private final CacheDirectory cache;
    private final Progress progress;
    private final HuggingFaceCache other;
    private final Map<HubModel, HubListing> listings = new HashMap<>();
    private @Nullable HubApi api;

    /**
     * A hub, which is not asked for anything yet.
     *
     * @param cache where downloads are kept
     * @param progress hears how far they are
     */
    public Hub(HubSettings settings, CacheDirectory cache, Progress progress) {
        this.settings = settings;
        this.cache = cache.withProgress(progress);
        this.progress = progress;
        this.other = new HuggingFaceCache(settings.otherCache());
    }

    /**
     * The folder of a model, or the file that its name says; what is not there is downloaded.
     *
     * @throws MissingException if there is no such model or revision, it may not be read, the hub cannot be reached, or the
     *     network may not be used and the caches lack something
     * @throws io.sinter.error.MalformedException if what the hub sends is not what it announced
     * @throws OutputException if it does not fit on the disk
     */
    public synchronized Path locate(HubModel model, Wanted wanted) {
        HubFolder folder = new HubFolder(cache, model.folderName());
        folder.use();
        try {
            HubListing listing = listings.get(model);
            if (listing == null) {
                listing = listing(model, folder);
                listings.put(model, listing);
            }
            HubSelection selection = HubSelection.of(model, listing, wanted);
            Path view = folder.view(listing.commit(), selection);
            if (!isWhole(model, view, listing, selection)) {
                fill(model, folder, listing, selection);
            }
            return model.file().map(view::resolve).orElse(view);
        } catch (IOException e) {
            throw failure(model, e);
        }
    }

    private static boolean isWhole(HubModel model, Path view, HubListing listing, HubSelection selection) {
        return HubFolder.isWhole(view, selection.files())
                && HubFolder.isWhole(view, selection.shards(model, listing, view));
    }

    private void fill(HubModel model, HubFolder folder, HubListing listing, HubSelection selection) throws IOException {
        Path view = folder.view(listing.commit(), selection);
        try (CacheLock lock = folder.lock()) {
            HubFetch fetch = new HubFetch(this, folder, new HubFetch.Target(model, listing.commit(), view), lock);
            fetch.run(selection.files());
            fetch.run(selection.shards(model, listing, view));
        }
    }

    private HubListing listing(HubModel model, HubFolder folder) throws IOException {
        Optional<HubListing> remembered = remembered(model, folder);
        if (HubModel.isCommit(model.revision())
                && folder.listing(model.revision()).isPresent()) {
            return remembered.orElseThrow();
        }
        if (settings.network() == Network.OFFLINE) {
            return remembered.orElseThrow(() -> new MissingException(
                    "%s: not in the cache %s nor in %s, and the network may not be used: run once without --offline, HF_HUB_OFFLINE and SINTER_OFFLINE"
                            .formatted(model, cache.root(), settings.otherCache())));
        }
        try {
            HubListing listing = api().listing(
                            model,
                            attempts(
                                    remembered.isPresent()
                                            ? 1
                                            : settings.patience().attempts()));
            folder.remember(model.revision(), listing);
            return listing;
        } catch (IOException e) {
            HubListing known = remembered.orElseThrow(() -> failure(model, e));
            progress.note("%s: %s cannot be asked (%s); taking the commit of the last time, %s"
                    .formatted(model, settings.endpoint(), reason(e), known.commit()));
            return known;
        }
    }

    private Optional<HubListing> remembered(HubModel model, HubFolder folder) {
        String revision = model.revision();
        Optional<String> commit = HubModel.isCommit(revision)
                ? Optional.of(revision)
                : folder.commit(revision).or(() -> other.commit(model));
        return commit.flatMap(c -> folder.listing(c).or(() -> other.listing(model, c)));
    }

    /** A file that somebody else has downloaded already. */
    Optional<Path> copy(HubModel model, HubFolder folder, String commit, HubFile file) throws IOException {
        Optional<Path> own = folder.copy(commit, file);
        return own.isPresent() ? own : other.find(model, commit, file);
    }

    /** Where downloads are told. */
    Progress progress() {
        return progress;
    }

    /** How the hub is talked to. */
    HubSettings settings() {
        return settings;
    }

    /** The hub's addresses; a client is made when the first one is asked for. */
    HubApi api() {
        HubApi known = api;
        if (known == null) {
            known = new HubApi(settings, new HubConnection(settings.patience(), System.getenv()));
            api = known;
        }
        return known;
    }

    /** Attempts as often as the settings say, or that many. */
    Attempts attempts(int number) {
        Patience p = settings.patience();
        return new Attempts(
                new Patience(p.connect(), p.answer(), p.silence(), p.backoff(), p.longestWait(), number), progress);
    }

    private SinterException failure(HubModel model, IOException e) {
        if (e instanceof FileSystemException) {
            return new OutputException(
                    "%s: the cache %s cannot be written: %s; set SINTER_CACHE to a folder that can be"
                            .formatted(model, cache.root(), e.getMessage()),
                    e);
        }
        return new MissingException(
                "%s: %s: %s; check the network, the proxy (HTTPS_PROXY) and HF_ENDPOINT, then run it again: what has arrived is kept"
                        .formatted(model, settings.endpoint(), reason(e)),
                e);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
