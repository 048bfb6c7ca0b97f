package io.sinter.checkpoint;

import io.sinter.output.Manifest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Digests of the sources' files, computed while tensors are merged. */
final class CheckpointDigests implements AutoCloseable {

    private final List<CompletableFuture<Manifest.Source>> sources;

    CheckpointDigests(List<OpenedModel> models) {
        this.sources = models.stream()
                .map(model -> CompletableFuture.supplyAsync(
                        () -> Manifest.Source.of(model.label(), model.path(), model.files())))
                .toList();
    }

    /** All of them; waits for those that are not done. */
    List<Manifest.Source> sources() {
        return sources.stream().map(CompletableFuture::join).toList();
    }

    @Override
    public void close() {
        sources.forEach(source -> source.cancel(true));
    }
}
