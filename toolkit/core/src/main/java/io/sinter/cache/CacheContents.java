package io.sinter.cache;

import io.sinter.cache.CacheEntry.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is in a cache, and its removal.
 *
 * @param cache that is looked into
 */
public record CacheContents(CacheDirectory cache) {

    private static final String NATIVE = "native";
    private static final String TOKENIZERS = "djl";
    private static final String DEMO = "models";
    private static final String HUB = "hub";
    private static final String PARTIAL = "partial";

    /** Tells the build that the demo's models are there. */
    private static final String DEMO_COMPLETE = ".complete";

    private static final int SHORT_COMMIT = 12;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Folders that are filled, replaced or removed, with the name of the entry that they are for. */
    private static final Pattern TEMPORARY = Pattern.compile("\\.(?:filling|damaged|removing)-(?:(.+)-)?\\d+");

    private static final Pattern OTHER_TEMPORARY = Pattern.compile("\\..+\\.tmp|unpacking-\\d+");

    /** What no lock tells about is taken for unfinished after this. */
    private static final Duration LONG_AGO = Duration.ofHours(1);

    /** Everything, kind by kind, each in the order of names. */
    public List<CacheEntry> list() throws IOException {
        List<CacheEntry> entries = new ArrayList<>();
        Path root = cache.root();
        for (Path folder : folders(root.resolve(NATIVE))) {
            entries.add(entry(Kind.NATIVE, name(folder), folder));
        }
        for (Path library : folders(root.resolve(TOKENIZERS))) {
            for (Path version : folders(library)) {
                entries.add(entry(Kind.TOKENIZERS, name(library) + "-" + name(version), version));
            }
        }
        for (Path model : folders(root.resolve(DEMO))) {
            entries.add(entry(Kind.DEMO, "cache:" + name(model), model));
        }
        List<Path> repositories = folders(root.resolve(HUB));
        for (Path repository : repositories) {
            String model = "hf:" + name(repository).replace("--", "/");
            for (Path commit : folders(repository)) {
                if (COMMIT.matcher(name(commit)).matches()) {
                    entries.add(entry(Kind.HUB, model + "@" + name(commit).substring(0, SHORT_COMMIT), commit));
                }
            }
        }
        entries.addAll(unfinished(repositories));
        return entries;
    }

    /**
     * Removes an entry, so that nobody sees half of it, unless somebody uses it or works on it.
     *
     * @return whether it was removed
     */
    public boolean remove(CacheEntry entry) throws IOException {
        return switch (entry.kind()) {
            case UNFINISHED -> removeUnfinished(entry.path());
            case NATIVE, TOKENIZERS, DEMO, HUB -> removeUnused(entry);
        };
    }

    private boolean removeUnused(CacheEntry entry) throws IOException {
        String lock = lockName(entry.path());
        Optional<CacheLock> work = CacheLock.tryAcquire(cache.lockFile(lock, "work"));
        if (work.isEmpty()) {
            return false;
        }
        try (CacheLock _ = work.get()) {
            Optional<FileChannel> use = EntriesInUse.tryExclude(cache.lockFile(lock, "use"));
            if (use.isEmpty()) {
                return false;
            }
            try (FileChannel _ = use.get()) {
                forget(entry);
                moveAndDelete(entry.path());
                if (entry.kind() == Kind.HUB) {
                    removeEmptyRepository(entry.path().resolveSibling(""));
                }
                return true;
            }
        }
    }

    /** What says that an entry is there goes first. */
    private void forget(CacheEntry entry) throws IOException {
        if (entry.kind() == Kind.DEMO) {
            Files.deleteIfExists(cache.root().resolve(DEMO).resolve(DEMO_COMPLETE));
        }
        Path refs = entry.path().resolveSibling("refs");
        if (entry.kind() == Kind.HUB && Files.isDirectory(refs)) {
            for (Path ref : files(refs)) {
                if (Files.readString(ref).equals(name(entry.path()))) {
                    Files.delete(ref);
                }
            }
        }
    }

    private static void removeEmptyRepository(Path repository) throws IOException {
        try {
            for (String folder : List.of("refs", PARTIAL, "")) {
                Files.deleteIfExists(repository.resolve(folder));
            }
        } catch (DirectoryNotEmptyException e) {
            // Something else is in it.
        }
    }

    private static void moveAndDelete(Path path) throws IOException {
        Path aside = Files.createTempDirectory(path.getParent(), ".removing-" + path.getFileName() + "-");
        Files.move(path, aside.resolve("was"), StandardCopyOption.ATOMIC_MOVE);
        CacheDirectory.delete(aside);
    }

    private boolean removeUnfinished(Path path) throws IOException {
        Optional<String> lock = lockOfUnfinished(path);
        if (lock.isEmpty()) {
            if (isNew(path)) {
                return false;
            }
            CacheDirectory.delete(path);
            return true;
        }
        Optional<CacheLock> work = CacheLock.tryAcquire(cache.lockFile(lock.get(), "work"));
        if (work.isEmpty()) {
            return false;
        }
        try (CacheLock _ = work.get()) {
            CacheDirectory.delete(path);
            return true;
        }
    }

    private List<CacheEntry> unfinished(List<Path> repositories) throws IOException {
        List<Path> found = new ArrayList<>();
        List<Path> places = new ArrayList<>(List.of(cache.root()));
        places.addAll(folders(cache.root()));
        for (Path repository : repositories) {
            places.add(repository);
            places.addAll(folders(repository));
            found.addAll(files(repository.resolve(PARTIAL)));
        }
        for (Path place : places) {
            children(place).stream().filter(CacheContents::isTemporary).forEach(found::add);
        }
        List<CacheEntry> entries = new ArrayList<>();
        for (Path path : found) {
            boolean busy = lockOfUnfinished(path)
                    .map(lock -> isLocked(cache.lockFile(lock, "work")))
                    .orElse(isNew(path));
            entries.add(new CacheEntry(
                    Kind.UNFINISHED,
                    cache.root().relativize(path).toString(),
                    path,
                    DiskUsage.of(path),
                    Files.getLastModifiedTime(path).toInstant(),
                    busy));
        }
        return entries;
    }

    private static boolean isTemporary(Path path) {
        return TEMPORARY.matcher(name(path)).matches()
                || OTHER_TEMPORARY.matcher(name(path)).matches();
    }

    /** The entry whose lock somebody holds who works on this; nothing for what is made without one. */
    private Optional<String> lockOfUnfinished(Path path) {
        Path parent = cache.root().relativize(path.getParent());
        if (parent.startsWith(HUB)) {
            return Optional.of(HUB + "/" + parent.getName(1));
        }
        Matcher matcher = TEMPORARY.matcher(name(path));
        return matcher.matches() && matcher.group(1) != null
                ? Optional.of(parent.resolve(matcher.group(1)).toString())
                : Optional.empty();
    }

    private static boolean isNew(Path path) {
        try {
            return Files.getLastModifiedTime(path)
                    .toInstant()
                    .isAfter(Instant.now().minus(LONG_AGO));
        } catch (IOException e) {
            return true;
        }
    }

    private CacheEntry entry(Kind kind, String name, Path path) throws IOException {
        String lock = lockName(path);
        Path use = cache.lockFile(lock, "use");
        Instant lastUsed =
                Files.getLastModifiedTime(Files.exists(use) ? use : path).toInstant();
        boolean inUse = isUsed(use) || isLocked(cache.lockFile(lock, "work"));
        return new CacheEntry(kind, name, path, DiskUsage.of(path), lastUsed, inUse);
    }

    /** Entries are locked by their path; a hub's repository, and the tokenizers' library, as a whole. */
    private String lockName(Path path) {
        Path name = cache.root().relativize(path);
        if (name.startsWith(TOKENIZERS)) {
            return TOKENIZERS;
        }
        return (name.startsWith(HUB) ? name.resolveSibling("") : name)
                .toString()
                .replace('\\', '/');
    }

    private static boolean isUsed(Path lock) throws IOException {
        if (Files.notExists(lock)) {
            return false;
        }
        Optional<FileChannel> exclusive = EntriesInUse.tryExclude(lock);
        if (exclusive.isPresent()) {
            exclusive.get().close();
        }
        return exclusive.isEmpty();
    }

    private static boolean isLocked(Path lock) {
        if (Files.notExists(lock)) {
            return false;
        }
        Optional<CacheLock> free = CacheLock.tryAcquire(lock);
        free.ifPresent(CacheLock::close);
        return free.isEmpty();
    }

    private static List<Path> folders(Path parent) throws IOException {
        return children(parent).stream()
                .filter(p -> Files.isDirectory(p) && !name(p).startsWith("."))
                .toList();
    }

    private static List<Path> files(Path parent) throws IOException {
        return children(parent).stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> children(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(parent)) {
            return paths.sorted().toList();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
