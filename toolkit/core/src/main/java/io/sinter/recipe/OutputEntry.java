package io.sinter.recipe;

import io.sinter.pooling.Pooling;
import io.sinter.tensor.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to write.
 *
 * @param pooling puts pooling into the graph: it then has an output {@code sentence_embedding}
 * @param normalize whether that output has length 1; by default a static embedding model's has, an encoder's has not
 * @param dtype of the merged table; by default the body's
 * @param layout which tools should load the directory as it is; by default both
 * @param externalData whether weights go to model.onnx.data beside model.onnx
 */
public record OutputEntry(
        @Nullable Pooling pooling,
        @Nullable Boolean normalize,
        @Nullable Precision dtype,
        @Nullable List<Layout> layout,
        boolean externalData) {

    /** Element types that a merged table can have. */
    public enum Precision {
        /** IEEE binary32. */
        FLOAT32(DType.FLOAT),
        /** IEEE binary16. */
        FLOAT16(DType.FLOAT16),
        /** The upper half of a binary32: storage only on CPU. */
        BFLOAT16(DType.BFLOAT16);

        private final DType dtype;

        Precision(DType dtype) {
            this.dtype = dtype;
        }

        /** The element type. */
        public DType dtype() {
            return dtype;
        }
    }

    /** Tools that should load the directory. */
    public enum Layout {
        /** Hugging Face transformers and Optimum. */
        HF,
        /** sentence-transformers. */
        SENTENCE_TRANSFORMERS
    }

    /** Fills in the layouts. */
    public OutputEntry {
        layout = layout == null ? List.of(Layout.values()) : List.copyOf(layout);
    }

    /** Nothing but the defaults. */
    public static OutputEntry defaults() {
        return new OutputEntry(null, null, null, null, false);
    }
}
