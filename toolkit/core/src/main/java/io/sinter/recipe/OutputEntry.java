package io.sinter.recipe;

import io.sinter.onnx.pass.fuse.Target;
import io.sinter.onnx.pass.precision.EmbeddingFormat;
import io.sinter.onnx.pass.precision.Skip;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.Precision;
import io.sinter.pooling.Pooling;
import io.sinter.quality.QualityGate;
import io.sinter.tensor.DType;
import io.sinter.wordvectors.WordVectorFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to write.
 *
 * @param pooling puts pooling into the graph: it then has an output {@code sentence_embedding}
 * @param normalize whether that output has length 1; by default a static embedding model's has, an encoder's has not
 * @param target what the graph is optimised for, as {@code sinter optimize} does; by default it is left alone
 * @param dtype with a target: how many bits the graph's numbers get, float32 by default. Without: the merged table's type,
 *     by default the body's
 * @param embedding with a target: rows of the token-embedding table in fewer bits than the rest
 * @param skip with a target: names of what keeps float32
 * @param minCosine with a target: the mean cosine that each output must have with the full graph's; by default 0.99
 * @param layout which tools should load the directory as it is; by default both
 * @param externalData whether weights go to model.onnx.data beside model.onnx
 * @param classifier a head on the combined vectors of encoders
 * @param wordVectors the merged table is written as word vectors too, in this format
 */
public record OutputEntry(
        @Nullable Pooling pooling,
        @Nullable Boolean normalize,
        @Nullable Target target,
        @Nullable Precision dtype,
        @Nullable EmbeddingFormat embedding,
        @Nullable List<String> skip,
        @Nullable Double minCosine,
        @Nullable List<Layout> layout,
        boolean externalData,
        @Nullable ClassifierEntry classifier,
        @Nullable WordVectorFormat wordVectors) {

    /** Tools that should load the directory. */
    public enum Layout {
        /** Hugging Face transformers and Optimum. */
        HF,
        /** sentence-transformers. */
        SENTENCE_TRANSFORMERS
    }

    /** Fills in the layouts, and checks that what needs a target has one. */
    public OutputEntry {
        layout = layout == null ? List.of(Layout.values()) : List.copyOf(layout);
        skip = skip == null ? List.of() : List.copyOf(skip);
        if (target == null) {
            requireTarget("embedding", embedding == null);
            requireTarget("skip", skip.isEmpty());
            requireTarget("min_cosine", minCosine == null);
            requireTarget("dtype: int8", dtype != Precision.INT8);
        } else {
            options(target, dtype, embedding, skip);
            new QualityGate(minCosine == null ? QualityGate.USUAL : minCosine);
        }
    }

    /** Nothing but the defaults. */
    public static OutputEntry defaults() {
        return new OutputEntry(null, null, null, null, null, null, null, null, false, null, null);
    }

    /** The same with weights in {@code model.onnx.data}. */
    OutputEntry withExternalData() {
        return new OutputEntry(
                pooling, normalize, target, dtype, embedding, skip, minCosine, layout, true, classifier, wordVectors);
    }

    /** The same with the graph left alone; a type that was the graph's is not the table's then. */
    OutputEntry withoutOptimization() {
        return target == null
                ? this
                : new OutputEntry(
                        pooling,
                        normalize,
                        null,
                        null,
                        null,
                        null,
                        null,
                        layout,
                        externalData,
                        classifier,
                        wordVectors);
    }

    /** The merged table's type, or null for the body's. */
    public @Nullable DType tableType() {
        return target == null && dtype != null ? dtype.dtype() : null;
    }

    /** What the graph is to become, if it is not left alone. */
    public Optional<OptimizeOptions> optimization() {
        return target == null ? Optional.empty() : Optional.of(options(target, dtype, embedding, skip));
    }

    /** What the graph is held to then. */
    public QualityGate gate() {
        return new QualityGate(minCosine == null ? QualityGate.USUAL : minCosine);
    }

    private static OptimizeOptions options(
            Target target,
            @Nullable Precision dtype,
            @Nullable EmbeddingFormat embedding,
            @Nullable List<String> skip) {
        return new OptimizeOptions(
                target,
                dtype == null ? Precision.FLOAT32 : dtype,
                Optional.ofNullable(embedding),
                new Skip(skip == null ? List.of() : skip));
    }

    private static void requireTarget(String key, boolean absent) {
        if (!absent) {
            throw new IllegalArgumentException(key + " needs a target: portable, cpu or cuda");
        }
    }
}
