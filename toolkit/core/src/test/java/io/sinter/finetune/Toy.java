package io.sinter.finetune;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/**
 * Makes vectors of four texts short: the mean of their squares.
 *
 * @param model that learns it
 */
record Toy(Trainable model) implements Task {

    private static final List<String> TEXTS = List.of("the cat sits", "a dog runs", "the king reads a book", "sea");

    @Override
    public Map<String, TensorData> batch(long number) {
        return model.texts().inputs(model.texts().encode(TEXTS));
    }

    @Override
    public Emitted emit(Trainable trained, Ops ops) {
        Value vectors = trained.sentence();
        Value squares = ops.reshape(ops.mul(vectors, vectors), -1);
        return Emitted.of(ops.reduceMean(squares, List.of(0L), KeepDims.DROP));
    }

    @Override
    public long stepsPerEpoch() {
        return 1;
    }
}
