package io.sinter.merge;

import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.merge.TinyModels.Head;
import io.sinter.merge.TinyModels.Spec;
import io.sinter.merge.TinyModels.Words;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether what a plan says of the disk holds: too little is noticed before the work by that number. */
class PlanCostsTest {

    private static final int WIDTH = 96;
    private static final TensorData A = TinyModels.table(1, TinyModels.ROWS, WIDTH);

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "body: plain",
                "body: plain\nmode: live",
                "body: plain\noutput: {dtype: float16}",
                "body: copied",
                "body: copied\nmode: live",
                "body: shared\nmode: live",
                "body: quantized",
                "body: quantized\nmode: live",
                "mode: bake",
                "mode: live",
                "output: {dtype: float16}"
            })
    void bytesWritten_areThoseOfTheOutput_withinATenth(String rest) {
        MergeFolder folder = new MergeFolder(temp);
        folder.model("plain", encoder(A));
        folder.model("copied", encoder(Spec.of(A).with(Head.TRANSPOSED_COPY)));
        folder.model("shared", encoder(Spec.of(A).with(Head.SHARED_TRANSPOSED)));
        folder.model("quantized", encoder(Spec.of(A).with(Words.QUANTIZED_ROWS)));
        MergePlan plan = folder.plan("""
                models:
                  - {name: plain, model: plain}
                  - {name: copied, model: copied}
                  - {name: shared, model: shared}
                  - {name: quantized, model: quantized}
                combine: {method: average}
                """ + rest);

        MergeReport report = MergeFolder.merger().merge(plan, temp.resolve("out"), Existing.REFUSE);

        long written =
                report.files().values().stream().mapToLong(Long::longValue).sum();
        assertThat((double) plan.costs().bytesWritten()).isBetween(0.9 * written - 20_000, 1.1 * written + 20_000);
    }
}
