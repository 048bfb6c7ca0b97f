package io.sinter.merge;

import io.sinter.output.Manifest;
import io.sinter.output.Sha256;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** SHA-256 of the sources' files, computed while the merge goes on. */
final class SourceDigests implements AutoCloseable {

    private final ExecutorService threads = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sinter-sha256").factory());
    private final Map<Path, CompletableFuture<String>> digests = new LinkedHashMap<>();

    /** Begins with the files of some sources. */
    SourceDigests(List<PlannedSource> sources) {
        for (PlannedSource source : sources) {
            for (Path file : regularFiles(source.source())) {
                digests.computeIfAbsent(file, f -> CompletableFuture.supplyAsync(() -> Sha256.of(f), threads));
            }
        }
    }

    /** The files of a source with their sizes and digests; waits for those that are not done. */
    List<Manifest.SourceFile> of(PlannedSource source) {
        Path folder = normal(Manifest.Source.folder(source.source().path()));
        List<Manifest.SourceFile> files = new ArrayList<>();
        for (Path file : regularFiles(source.source())) {
            CompletableFuture<String> digest = digests.get(file);
            files.add(new Manifest.SourceFile(
                    folder.relativize(normal(file)).toString(),
                    size(file),
                    digest == null ? Sha256.of(file) : digest.join()));
        }
        return files;
    }

    private static List<Path> regularFiles(ModelSource source) {
        return source.files().stream().filter(Files::isRegularFile).toList();
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
