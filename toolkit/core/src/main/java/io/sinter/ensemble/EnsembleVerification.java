package io.sinter.ensemble;

import io.sinter.encoder.SentenceHead;
import io.sinter.error.VerificationException;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.Execution;
import io.sinter.onnx.ir.Model;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Compares a graph of several encoders with the encoders run one by one, each in a graph of its own, and their vectors
 * combined afterwards.
 *
 * @param runtime runs all of them
 * @param options where
 */
public record EnsembleVerification(Runtime runtime, SessionOptions options) {

    /** Of the largest component: what another order of additions comes to. */
    private static final double FLOATS = 1e-3;

    /** Mean cosine of encoders that compute in fewer bits, which rounds differently where operators are fused. */
    private static final double LEAST_COSINE = 0.999;

    private static final int BATCH_TOKENS = 512;

    /**
     * Compares.
     *
     * @param directory that was written
     * @param texts to try
     */
    EnsembleReport.Agreement compare(
            EnsemblePlan plan, EnsembleParameters parameters, Path directory, List<String> texts) {
        return switch (plan.level()) {
            case TOKEN -> new TokenAgreement(runtime, options, plan, parameters).of(directory, texts);
            case SENTENCE, TABLE ->
                plan.readsPictures()
                        ? new PairAgreement(this, plan, parameters).of(directory, texts)
                        : ofSentences(plan, parameters, directory, texts);
        };
    }

    private EnsembleReport.Agreement ofSentences(
            EnsemblePlan plan, EnsembleParameters parameters, Path directory, List<String> texts) {
        List<TensorData> vectors = new ArrayList<>();
        for (Branch branch : plan.branches()) {
            vectors.add(
                    switch (branch) {
                        case TextBranch text -> alone(text, texts);
                        case ImageBranch image -> throw new IllegalStateException("a plan without pictures");
                    });
        }
        TensorData expected;
        try (Session session = runtime.open(CombinationGraph.of(plan, parameters), options)) {
            expected = session.run(CombinationGraph.inputs(plan, vectors), SentenceHead.OUTPUT);
        }
        EmbedderOptions how = EmbedderOptions.DEFAULT
                .withNormalization(Normalization.NONE)
                .withExecution(new Execution(options, 1, BATCH_TOKENS));
        try (Embedder merged = Embedder.open(runtime, ModelSource.open(directory), how)) {
            Agreement agreement = new Agreement();
            agreement.add(expected, merged.embed(texts));
            return agreement.of(texts.size());
        }
    }

    /**
     * Holds a comparison to what may be expected of graphs that were not given fewer bits.
     *
     * @throws VerificationException if it is worse
     */
    static void require(Path target, EnsembleReport.Agreement agreement) {
        boolean exact = agreement.largestDifference() <= FLOATS;
        if (!exact && !(agreement.meanCosine() >= LEAST_COSINE)) {
            throw new VerificationException(
                    "%s: vectors differ from those of the encoders run one by one by %.2e of the largest component, mean cosine %.5f: expected at most %.0e, or a cosine of %s"
                            .formatted(
                                    target,
                                    agreement.largestDifference(),
                                    agreement.meanCosine(),
                                    FLOATS,
                                    LEAST_COSINE));
        }
    }

    /** By its own files where the recipe says how it is pooled; else in a graph of its own that has what the files say. */
    TensorData alone(TextBranch branch, List<String> texts) {
        EmbedderOptions how = new EmbedderOptions(
                Optional.empty(),
                Normalization.NONE,
                branch.set().prompt(),
                OptionalInt.of(branch.set().maxTokens()),
                new Execution(options, 1, BATCH_TOKENS));
        Pooling chosen = branch.entry().pooling();
        if (chosen != null) {
            try (Embedder embedder = Embedder.open(runtime, branch.source(), how.withPooling(chosen))) {
                return embedder.embed(texts);
            }
        }
        Model model = branch.model();
        model.graph().rename(model.graph().outputs().getFirst(), SentenceHead.OUTPUT);
        Session session = runtime.open(model, options);
        try (Embedder embedder =
                Embedder.of(branch.name(), session, branch.source().companions(), how)) {
            return embedder.embed(texts);
        }
    }
}
