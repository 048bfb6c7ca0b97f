package io.sinter.encoder;

import io.sinter.encoder.family.Albert;
import io.sinter.encoder.family.Bert;
import io.sinter.encoder.family.Clip;
import io.sinter.encoder.family.Deberta;
import io.sinter.encoder.family.Deit;
import io.sinter.encoder.family.Dinov2;
import io.sinter.encoder.family.DistilBert;
import io.sinter.encoder.family.Electra;
import io.sinter.encoder.family.Gemma3;
import io.sinter.encoder.family.Gpt2;
import io.sinter.encoder.family.Llama;
import io.sinter.encoder.family.Mistral;
import io.sinter.encoder.family.ModernBert;
import io.sinter.encoder.family.MpNet;
import io.sinter.encoder.family.NomicBert;
import io.sinter.encoder.family.Qwen2;
import io.sinter.encoder.family.Qwen3;
import io.sinter.encoder.family.RoFormer;
import io.sinter.encoder.family.Roberta;
import io.sinter.encoder.family.Siglip;
import io.sinter.encoder.family.T5;
import io.sinter.encoder.family.Vit;
import io.sinter.error.UnsupportedException;
import io.sinter.source.ModelConfig;
import java.util.List;

/** The model families that are known. */
public final class Architectures {

    private static final List<Architecture> ALL = List.of(
            new Albert(),
            new Bert(),
            new Clip(),
            new Deberta(),
            new Deit(),
            new Dinov2(),
            new DistilBert(),
            new Electra(),
            new Gemma3(),
            new Gpt2(),
            new Llama(),
            new Mistral(),
            new ModernBert(),
            new MpNet(),
            new NomicBert(),
            new Qwen2(),
            new Qwen3(),
            new RoFormer(),
            new Roberta(),
            new Siglip(),
            new T5(),
            new Vit());

    private Architectures() {}

    /** All of them. */
    public static List<Architecture> all() {
        return ALL;
    }

    /** Every {@code model_type}, in alphabetical order. */
    public static List<String> modelTypes() {
        return ALL.stream().flatMap(a -> a.modelTypes().stream()).sorted().toList();
    }

    /**
     * The family of a configuration.
     *
     * @throws UnsupportedException if its {@code model_type} is unknown or missing
     */
    public static Architecture of(ModelConfig config) {
        String type = config.modelType()
                .orElseThrow(() -> new UnsupportedException("%s: no \"model_type\": expected one of %s"
                        .formatted(config.file(), String.join(", ", modelTypes()))));
        return ALL.stream()
                .filter(a -> a.modelTypes().contains(type))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException("%s: model_type: got \"%s\", expected one of %s"
                        .formatted(config.file(), type, String.join(", ", modelTypes()))));
    }
}
