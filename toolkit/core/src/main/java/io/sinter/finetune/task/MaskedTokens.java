package io.sinter.finetune.task;

import io.sinter.eval.MaskedExample;
import io.sinter.inference.TextFeed;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.train.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of masked texts in a graph: cross-entropy of the scores of those tokens that are to be predicted, the mean over all
 * of a batch. The graph reads which they are, so that no scores of other tokens are computed.
 *
 * @param feed makes the graph's inputs of texts
 */
record MaskedTokens(TextFeed feed) {

    /** The loss, a float32 scalar of the graph. */
    static final String LOSS = "masked/loss";

    /** INT64 {@code [N]}: {@code b · S + s} for token s of text b that is to be predicted. */
    private static final String ROWS = "masked/rows";

    /** INT64 {@code [N]}: the ids that should be there. */
    private static final String LABELS = "masked/labels";

    /** The label of a row that does not count. */
    private static final long IGNORED = -100;

    /**
     * Appends the loss, and the inputs that it needs.
     *
     * @param logits {@code [B, S, V]}
     */
    static Value emit(Ops ops, Value logits) {
        TensorType type = new TensorType(DType.INT64, Shape.of(Dim.of(LABELS)));
        Value rows = ops.graph().addInput(ROWS, type);
        Value labels = ops.graph().addInput(LABELS, type);
        Value loss = new Loss.CrossEntropy(IGNORED).emit(ops, Loss.rows(ops, logits, rows), labels);
        ops.graph().rename(loss, LOSS);
        return loss;
    }

    /**
     * What the graph reads of a batch. One in which nothing is hidden has a row that does not count: its loss and gradients
     * are 0.
     */
    Map<String, TensorData> inputs(List<MaskedExample> batch) {
        List<Encoding> texts = batch.stream().map(MaskedExample::text).toList();
        long longest = texts.stream().mapToInt(Encoding::length).max().orElse(0);
        List<Long> rows = new ArrayList<>();
        List<Long> labels = new ArrayList<>();
        for (int b = 0; b < batch.size(); b++) {
            for (int position : batch.get(b).positions()) {
                rows.add(b * longest + position);
            }
            batch.get(b).labels().forEach(id -> labels.add((long) id));
        }
        if (rows.isEmpty()) {
            rows.add(0L);
            labels.add(IGNORED);
        }
        Map<String, TensorData> inputs = new LinkedHashMap<>(feed.inputs(texts));
        inputs.put(ROWS, vector(rows));
        inputs.put(LABELS, vector(labels));
        return inputs;
    }

    private static TensorData vector(List<Long> values) {
        return TensorData.vector(values.stream().mapToLong(Long::longValue).toArray());
    }
}
