package io.sinter.ensemble;

import io.sinter.encoder.SentenceHead;
import io.sinter.error.UnsupportedException;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.Execution;
import io.sinter.onnx.ir.Model;
import io.sinter.pooling.Normalization;
import io.sinter.progress.Progress;
import io.sinter.runtime.Device;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Vectors of encoders that are run one by one, each by itself as its own files say.
 *
 * @param runtime runs them
 * @param execution how
 * @param progress hears how far it is, in bytes of texts
 */
record BranchVectors(Runtime runtime, Execution execution, Progress progress) {

    /** Texts between two reports of progress: enough to make batches of texts of one length. */
    private static final int STRETCH = 512;

    /** For many texts: several batches at a time. */
    static BranchVectors ofMany(Runtime runtime, Device device, Progress progress) {
        Execution execution = switch (device) {
            case CPU -> Execution.processor();
            case CUDA -> Execution.cuda();
        };
        return new BranchVectors(runtime, execution, progress);
    }

    /** Sentence vectors of texts, of each encoder: float32 {@code [texts, width]}, not normalised. */
    List<TensorData> of(List<Branch> branches, List<String> texts) {
        List<TensorData> vectors = new ArrayList<>();
        for (Branch branch : branches) {
            vectors.add(
                    switch (branch) {
                        case TextBranch text -> of(text, texts);
                        case ImageBranch image ->
                            throw new UnsupportedException(
                                    "%s: parameters are fitted to vectors of texts, but it reads pictures; give them in a file"
                                            .formatted(image.name()));
                    });
        }
        return vectors;
    }

    private TensorData of(TextBranch branch, List<String> texts) {
        EmbedderOptions how = new EmbedderOptions(
                Optional.empty(),
                Normalization.NONE,
                branch.set().prompt(),
                OptionalInt.of(branch.set().maxTokens()),
                execution);
        Model model = branch.model();
        model.graph().rename(model.graph().outputs().getFirst(), SentenceHead.OUTPUT);
        Session session = runtime.open(model, execution.session());
        TensorData vectors = TensorData.allocate(DType.FLOAT, List.of((long) texts.size(), branch.width()));
        try (Embedder embedder =
                        Embedder.of(branch.name(), session, branch.source().companions(), how);
                Progress.Task task = progress.begin("running " + branch.name(), bytes(texts))) {
            for (int from = 0; from < texts.size(); from += STRETCH) {
                List<String> some = texts.subList(from, Math.min(texts.size(), from + STRETCH));
                TensorData target = vectors.rows(from, from + some.size());
                target.data().copyFrom(embedder.embed(some).data());
                task.advance(bytes(some));
            }
        }
        return vectors;
    }

    private static long bytes(List<String> texts) {
        return texts.stream()
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }
}
