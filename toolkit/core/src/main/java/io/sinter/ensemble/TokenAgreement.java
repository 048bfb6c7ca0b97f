package io.sinter.ensemble;

import io.sinter.encoder.SentenceHead;
import io.sinter.inference.InputRole;
import io.sinter.inference.TextInputs;
import io.sinter.inference.TextSettings;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.Companions;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/** Compares vectors of tokens with those that the encoders give one by one, brought together in Java. */
record TokenAgreement(Runtime runtime, SessionOptions options, EnsemblePlan plan, EnsembleParameters parameters) {

    /** Compares on texts, as the files of a directory say that they are read. */
    EnsembleReport.Agreement of(Path directory, List<String> texts) {
        Companions companions = Companions.read(directory);
        Agreement agreement = new Agreement();
        Map<Branch, Session> alone = new LinkedHashMap<>();
        try (Session merged = runtime.open(directory.resolve(EnsembleMerger.GRAPH), options);
                Session top = runtime.open(CombinationGraph.of(plan, parameters), options);
                Tokenizer tokenizer = Tokenizer.open(
                        companions.tokenizer(), TextSettings.maxTokens(companions, OptionalInt.empty()))) {
            for (Branch branch : plan.branches()) {
                alone.put(branch, runtime.open(branch.model(), options));
            }
            for (Map<String, TensorData> batch : TextInputs.of(merged.inputs(), tokenizer, companions, texts)) {
                compare(merged, top, alone, batch, agreement);
            }
        } finally {
            alone.values().forEach(Session::close);
        }
        return agreement.of(texts.size());
    }

    private void compare(
            Session merged,
            Session top,
            Map<Branch, Session> alone,
            Map<String, TensorData> batch,
            Agreement agreement) {
        List<TensorData> vectors = new ArrayList<>();
        alone.forEach((branch, session) -> vectors.add(vectors(branch, session, batch)));
        TensorData mask = given(batch, InputRole.MASK.usualName());
        Map<String, TensorData> inputs = new HashMap<>(CombinationGraph.inputs(plan, vectors));
        inputs.put(InputRole.MASK.usualName(), mask);
        TensorData expected = top.run(inputs, EnsembleTop.TOKENS);
        TensorData actual = floats(merged.run(batch, EnsembleTop.TOKENS));
        agreement.add(tokens(expected, mask), tokens(actual, mask));
        if (plan.recipe().output().pooling() != null) {
            agreement.add(top.run(inputs, SentenceHead.OUTPUT), floats(merged.run(batch, SentenceHead.OUTPUT)));
        }
    }

    /** A branch's vectors {@code [B, S, d]}, brought to the tokens of the first set. */
    private static TensorData vectors(Branch branch, Session session, Map<String, TensorData> batch) {
        Map<String, TensorData> inputs = new HashMap<>();
        branch.inputs().forEach(input -> inputs.put(input.own(), given(batch, input.shared())));
        String output = session.outputs().getFirst().name();
        TensorData own = floats(session.run(inputs, output));
        String spans = branch.spans();
        return spans == null ? own : means(own, given(batch, spans));
    }

    /** The mean over each span {@code [B, S, 2]}; zeros of an empty one. */
    private static TensorData means(TensorData vectors, TensorData spans) {
        int length = (int) spans.dim(1);
        int width = (int) vectors.dim(2);
        TensorData means = TensorData.allocate(DType.FLOAT, List.of(spans.dim(0), spans.dim(1), vectors.dim(2)));
        for (long row = 0; row < spans.dim(0) * length; row++) {
            long from = spans.data().getAtIndex(TensorData.I64, 2 * row);
            long to = spans.data().getAtIndex(TensorData.I64, 2 * row + 1);
            for (int i = 0; i < width; i++) {
                double sum = 0;
                for (long s = from; s < to; s++) {
                    long at = (row / length * vectors.dim(1) + s) * width + i;
                    sum += vectors.data().getAtIndex(TensorData.F32, at);
                }
                means.data().setAtIndex(TensorData.F32, row * width + i, (float) (sum / Math.max(1, to - from)));
            }
        }
        return means;
    }

    /** The vectors of what is no padding, {@code [n, d]}. */
    private static TensorData tokens(TensorData vectors, TensorData mask) {
        int width = (int) vectors.dim(2);
        float[] all = vectors.toFloatArray();
        float[] kept = new float[all.length];
        int n = 0;
        for (int row = 0; row < mask.elementCount(); row++) {
            if (mask.data().getAtIndex(TensorData.I64, row) != 0) {
                System.arraycopy(all, row * width, kept, n * width, width);
                n++;
            }
        }
        return TensorData.of(List.of((long) n, (long) width), Arrays.copyOf(kept, n * width));
    }

    private static TensorData floats(TensorData output) {
        return Conversion.convert(output, DType.FLOAT);
    }

    private static TensorData given(Map<String, TensorData> batch, String input) {
        return Objects.requireNonNull(batch.get(input), input);
    }
}
