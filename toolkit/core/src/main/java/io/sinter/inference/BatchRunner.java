package io.sinter.inference;

import io.sinter.error.UnsupportedException;
import io.sinter.runtime.Session;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import java.util.List;
import java.util.function.BiFunction;

/** Runs a graph over tokenised texts: cut into batches of like lengths, several of them at a time. */
final class BatchRunner implements AutoCloseable {

    private final String where;
    private final Session session;
    private final TokenInputs inputs;
    private final String output;
    private final Execution execution;
    private final Requests requests;

    /**
     * A runner, which closes the session and the inputs when it is closed.
     *
     * @param where the model, for messages
     * @param output name of the output that is asked for
     */
    BatchRunner(String where, Session session, TokenInputs inputs, String output, Execution execution) {
        this.where = where;
        this.session = session;
        this.inputs = inputs;
        this.output = output;
        this.execution = execution;
        this.requests = new Requests("batch", execution.requests());
    }

    /**
     * Runs every batch and gives its output, as float32, to a function, on the thread that ran it.
     *
     * @return what the function made of each batch
     */
    <R> List<R> run(List<Encoding> texts, BiFunction<TokenBatch, TensorData, R> use) {
        return requests.each(inputs.cut(texts, execution.batchTokens()), batch -> use.apply(batch, run(batch)));
    }

    private TensorData run(TokenBatch batch) {
        TensorData result = session.run(inputs.of(batch), List.of(output)).get(output);
        if (result == null) {
            throw new IllegalStateException(where + ": the runtime gave no " + output);
        }
        return asFloat(where, output, result);
    }

    /** An output as float32. */
    static TensorData asFloat(String where, String output, TensorData result) {
        return switch (result.dtype()) {
            case FLOAT -> result;
            case FLOAT16 -> Conversion.convert(result, DType.FLOAT);
            default ->
                throw new UnsupportedException("%s: output \"%s\" is %s, expected FLOAT or FLOAT16"
                        .formatted(where, output, result.describe()));
        };
    }

    @Override
    public void close() {
        requests.close();
        session.close();
        inputs.close();
    }
}
