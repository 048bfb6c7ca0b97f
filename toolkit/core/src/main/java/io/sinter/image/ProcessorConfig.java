package io.sinter.image;

import io.sinter.encoder.Settings;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor.Channels;
import io.sinter.image.ImageProcessor.Resize;
import io.sinter.image.ImageProcessor.Size;
import io.sinter.image.ImageProcessor.Target;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The keys of a {@code preprocessor_config.json}; those that are missing have the default of the processor's class in
 * transformers.
 */
record ProcessorConfig(Settings keys, Defaults defaults) {

    /**
     * What a class does where nothing else is said.
     *
     * @param crop side of the middle that is kept, or 0 for all
     */
    private record Defaults(
            Target target, Resampling resampling, long crop, List<Double> mean, List<Double> deviation) {}

    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_DEVIATION = List.of(0.229, 0.224, 0.225);

    /** By the name of the class without what it ends in. */
    private static final Map<String, Defaults> CLASSES = new TreeMap<>(Map.of(
            "ViT", new Defaults(square(224), Resampling.BILINEAR, 0, HALF, HALF),
            "Siglip", new Defaults(square(224), Resampling.BICUBIC, 0, HALF, HALF),
            "DeiT", new Defaults(square(256), Resampling.BICUBIC, 224, IMAGENET_MEAN, IMAGENET_DEVIATION),
            "CLIP", new Defaults(new Target.ShortestEdge(224), Resampling.BICUBIC, 224, CLIP_MEAN, CLIP_DEVIATION),
            "Bit", new Defaults(new Target.ShortestEdge(224), Resampling.BICUBIC, 224, CLIP_MEAN, CLIP_DEVIATION)));

    /** The class of each {@code model_type}, for files that name none. */
    private static final Map<String, String> MODEL_TYPES = Map.ofEntries(
            Map.entry("vit", "ViT"),
            Map.entry("deit", "DeiT"),
            Map.entry("dinov2", "Bit"),
            Map.entry("dinov2_with_registers", "Bit"),
            Map.entry("clip", "CLIP"),
            Map.entry("clip_vision_model", "CLIP"),
            Map.entry("siglip", "Siglip"),
            Map.entry("siglip_vision_model", "Siglip"));

    /**
     * Finds the class.
     *
     * @param modelType what the model's {@code config.json} says, for a file that names no class, as transformers does
     */
    static ProcessorConfig of(Settings keys, Optional<String> modelType) {
        String key = keys.has("feature_extractor_type") && !keys.has("image_processor_type")
                ? "feature_extractor_type"
                : "image_processor_type";
        String known = "one of %sImageProcessor".formatted(String.join("ImageProcessor, ", CLASSES.keySet()));
        Optional<String> ofModel = modelType.map(MODEL_TYPES::get);
        if (!keys.has(key) && ofModel.isEmpty()) {
            throw new MissingException("%s: no \"%s\": expected %s".formatted(keys.where(), key, known));
        }
        String name = keys.has(key)
                ? keys.text(key, "").replaceAll("(ImageProcessor(Fast|Pil)?|FeatureExtractor)$", "")
                : ofModel.orElseThrow();
        Defaults defaults = CLASSES.get(name);
        if (defaults == null) {
            throw keys.unsupported(key, known);
        }
        return new ProcessorConfig(keys, defaults);
    }

    /** The file's text, with the class named. */
    static byte[] standalone(JsonNode json, Optional<String> modelType) {
        ObjectNode copy = ((ObjectNode) json).deepCopy();
        if (!copy.has("image_processor_type") && !copy.has("feature_extractor_type")) {
            modelType
                    .map(MODEL_TYPES::get)
                    .ifPresent(name -> copy.put("image_processor_type", name + "ImageProcessor"));
        }
        return (copy.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    ImageProcessor processor() {
        return new ImageProcessor(resize(), crop(), channels());
    }

    private Optional<Resize> resize() {
        if (!keys.flag("do_resize", true)) {
            return Optional.empty();
        }
        long code = keys.index("resample", defaults.resampling.code());
        Resampling resampling = Resampling.of(code).orElseThrow(() -> keys.unsupported("resample", "0 to 5"));
        return Optional.of(new Resize(target(), resampling));
    }

    private Target target() {
        if (!keys.has("size")) {
            return defaults.target;
        }
        if (!keys.raw("size").isObject()) {
            long side = keys.size("size");
            return defaults.target instanceof Target.ShortestEdge
                    ? new Target.ShortestEdge(within(side))
                    : square(within(side));
        }
        Settings size = keys.section("size");
        if (!size.has("shortest_edge")) {
            return new Target.Exact(size(size));
        }
        if (size.has("longest_edge")) {
            throw keys.unsupported("size", "shortest_edge alone, or height and width");
        }
        return new Target.ShortestEdge(within(size.size("shortest_edge")));
    }

    private Optional<Size> crop() {
        if (!keys.flag("do_center_crop", defaults.crop > 0)) {
            return Optional.empty();
        }
        if (keys.raw("crop_size").isObject()) {
            return Optional.of(size(keys.section("crop_size")));
        }
        long side = defaults.crop == 0 ? keys.size("crop_size") : keys.size("crop_size", defaults.crop);
        return Optional.of(new Size(within(side), within(side)));
    }

    private Channels channels() {
        double factor = keys.flag("do_rescale", true) ? keys.number("rescale_factor", 1.0 / 255) : 1;
        if (!keys.flag("do_normalize", true)) {
            return new Channels(factor, Collections.nCopies(3, 0.0), Collections.nCopies(3, 1.0));
        }
        List<Double> deviation = keys.numbers("image_std", defaults.deviation);
        if (deviation.contains(0.0)) {
            throw keys.contradiction("image_std: got %s, expected no 0".formatted(deviation));
        }
        return new Channels(factor, keys.numbers("image_mean", defaults.mean), deviation);
    }

    private Size size(Settings section) {
        return new Size(within(section.size("height")), within(section.size("width")));
    }

    /** Pictures are held in memory. */
    private int within(long side) {
        if (side * side > PictureFile.MAX_PIXELS) {
            throw new UnsupportedException("%s: got a side of %d pixels, expected at most %d"
                    .formatted(keys.where(), side, (long) Math.sqrt((double) PictureFile.MAX_PIXELS)));
        }
        return (int) side;
    }

    private static Target square(int side) {
        return new Target.Exact(new Size(side, side));
    }
}
