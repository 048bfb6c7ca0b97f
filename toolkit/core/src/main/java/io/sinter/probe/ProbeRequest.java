package io.sinter.probe;

import io.sinter.inference.EmbedderOptions;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.List;

/**
 * A classifier to be fitted on a model's vectors.
 *
 * @param source the model
 * @param input what rows hold
 * @param data rows with their labels: {@code label<TAB>text}, {@code label<TAB>picture} or
 *     {@code label<TAB>text<TAB>picture}
 * @param tests further rows, on which the result is tried
 * @param options of the fit
 * @param embedding how vectors are made
 */
public record ProbeRequest(
        ModelSource source,
        ProbeInput input,
        Path data,
        List<Path> tests,
        ProbeOptions options,
        EmbedderOptions embedding) {

    /** Copies the list. */
    public ProbeRequest {
        tests = List.copyOf(tests);
    }
}
