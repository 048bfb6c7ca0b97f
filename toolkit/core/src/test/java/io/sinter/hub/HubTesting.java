package io.sinter.hub;

import io.sinter.cache.CacheDirectory;
import io.sinter.progress.Progress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Hubs for tests, which wait for milliseconds where users wait for seconds. */
final class HubTesting {

    static final Patience IMPATIENT = new Patience(
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofMillis(300),
            Duration.ofMillis(5),
            Duration.ofSeconds(5),
            4);

    private HubTesting() {}

    /** What was told. */
    static final class Told implements Progress {
        final List<String> notes = new CopyOnWriteArrayList<>();
        final AtomicLong bytes = new AtomicLong();

        @Override
        public Task begin(String task, long totalBytes) {
            return new Task() {
                @Override
                public void advance(long more) {
                    bytes.addAndGet(more);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void note(String sentence) {
            notes.add(sentence);
        }
    }

    static HubSettings settings(URI endpoint, Path folder) {
        return new HubSettings(endpoint, Optional.empty(), Network.ONLINE, folder.resolve("huggingface"), IMPATIENT);
    }

    static HubSettings withToken(HubSettings s) {
        return new HubSettings(
                s.endpoint(), Optional.of(HubToken.of("test", "hf_secret")), s.network(), s.otherCache(), s.patience());
    }

    static Hub hub(HubSettings settings, Path folder, Progress progress) {
        return new Hub(settings, new CacheDirectory(folder.resolve("cache")), progress);
    }
}
