package io.sinter.cli;

import io.sinter.cache.CacheDirectory;
import io.sinter.hub.HubSettings;
import io.sinter.hub.Wanted;
import io.sinter.merge.ModelLocation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the models are that a command names. */
final class HubOptions {

    @Option(
            names = "--offline",
            description = "Use no network: hf: models must be in a cache (also SINTER_OFFLINE=1 or HF_HUB_OFFLINE=1).")
    private boolean offline;

    private @Nullable ModelLocation locations;

    /** Finds models; one for all of a command, so that it sees one commit of each. */
    ModelLocation locations() {
        ModelLocation known = locations;
        if (known == null) {
            known = new ModelLocation(CacheDirectory.standard(), this::settings, TerminalProgress.standard());
            locations = known;
        }
        return known;
    }

    /** The path of a model that was named on the command line. */
    Path find(String model, Wanted wanted) {
        return locations().find(model, Path.of(""), wanted);
    }

    private HubSettings settings() {
        HubSettings settings = HubSettings.standard();
        return offline ? settings.offline() : settings;
    }
}
