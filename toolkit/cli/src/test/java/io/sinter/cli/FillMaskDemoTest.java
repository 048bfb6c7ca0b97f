package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.combine.CombineMethod;
import io.sinter.combine.Combiners;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FillMaskDemoTest {

    @TempDir
    Path folder;

    @Test
    void variants_areOfEveryRegisteredCombiner() {
        for (Class<? extends CombineMethod> combiner : CombineMethod.builtIn()) {
            String method = "method: " + Combiners.method(combiner);
            assertThat(FillMaskDemo.VARIANTS)
                    .as(method)
                    .anyMatch(
                            v -> v.recipe().contains(method + ",") || v.recipe().contains(method + "}"));
        }
    }

    /** Losses and accuracies of transformers 5.17 with merged tables: masked_merges.json of the models' fixed masks. */
    @Tag("slow")
    @Test
    void mergesOfFiction_areTransformers() {
        Map<String, FillMaskDemo.Row> rows = new LinkedHashMap<>();
        new FillMaskDemo(
                        new OrtRuntime(),
                        SessionOptions.DEFAULT,
                        SinterProcess.HOME.resolve("samples"),
                        folder,
                        Integer.MAX_VALUE)
                .run(row -> rows.put(row.model(), row));

        is(rows, "parent: bert-mini-fiction", 2.30232, 0.51372);
        is(rows, "parent: bert-mini-reference", 3.26061, 0.38002);
        is(rows, "tables: average, fiction's body", 2.45785, 0.49002);
        is(rows, "tables: average, reference's body", 2.89294, 0.41665);
        is(rows, "tables: weighted-sum 0.7 + 0.3, fiction's body", 2.36333, 0.50318);
        is(rows, "tables: linear (an average)", 2.45785, 0.49002);
        is(rows, "tables: mlp (an average)", 2.45785, 0.49002);
        is(rows, "tables: attention (an average), live", 2.45785, 0.49002);
        is(rows, "tables: dynamic-meta-embedding (an average)", 2.45785, 0.49002);
        is(rows, "tables: gate (an average)", 2.45785, 0.49002);
        is(rows, "tables: contextualized-… (an average), live", 2.45785, 0.49002);
        is(rows, "tables: self-attentive-… (an average), live", 2.45785, 0.49002);
        assertThat(rows).hasSize(2 + FillMaskDemo.VARIANTS.size());
    }

    private static void is(Map<String, FillMaskDemo.Row> rows, String model, double loss, double accuracy) {
        assertThat(rows).containsKey(model);
        FillMaskDemo.Row row = Objects.requireNonNull(rows.get(model));
        assertThat(row.fictionLoss()).as(model).isCloseTo(loss, within(1e-3));
        assertThat(row.fictionAccuracy()).as(model).isCloseTo(accuracy, within(1e-3));
    }
}
