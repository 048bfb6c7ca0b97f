package io.sinter.encoder.family;

import io.sinter.encoder.Settings;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The pictures that a model takes, and the patches that it cuts them into; what is left at the right and the bottom is
 * dropped. All have the one size that the model has places for.
 */
record Pictures(long channels, Extent picture, Extent patch) {

    /** Height and width in pixels. */
    record Extent(long height, long width) {

        static Extent square(long side) {
            return new Extent(side, side);
        }
    }

    /** Reads {@code num_channels}, {@code image_size} and {@code patch_size}, of which the last two must be there. */
    static Pictures of(Settings config) {
        return of(config, extent(config, "image_size"), extent(config, "patch_size"));
    }

    /** The same, where sizes that are missing have a default. */
    static Pictures of(Settings config, long imageSize, long patchSize) {
        return of(
                config,
                config.has("image_size") ? extent(config, "image_size") : Extent.square(imageSize),
                config.has("patch_size") ? extent(config, "patch_size") : Extent.square(patchSize));
    }

    /** Patches in a column and in a row. */
    Extent grid() {
        return new Extent(picture.height / patch.height, picture.width / patch.width);
    }

    /** Number of patches. */
    long count() {
        return grid().height * grid().width;
    }

    /** Numbers in a patch. */
    long numbers() {
        return channels * patch.height * patch.width;
    }

    private static Pictures of(Settings config, Extent picture, Extent patch) {
        if (patch.height > picture.height || patch.width > picture.width) {
            throw config.contradiction("patch_size %s is larger than image_size %s"
                    .formatted(config.raw("patch_size"), config.raw("image_size")));
        }
        return new Pictures(config.size("num_channels", 3), picture, patch);
    }

    /** One number for both, or a list of height and width. */
    private static Extent extent(Settings config, String key) {
        JsonNode value = config.raw(key);
        if (!value.isArray()) {
            return Extent.square(config.size(key));
        }
        List<Long> sides = config.sizes(key, 2);
        return new Extent(sides.get(0), sides.get(1));
    }
}
