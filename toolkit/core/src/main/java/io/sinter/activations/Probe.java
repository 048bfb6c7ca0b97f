package io.sinter.activations;

import io.sinter.inference.TextInputs;
import io.sinter.linalg.Matrix;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Prune;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.Companions;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Tokenizer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A model that shows what chosen values of its graph are while it reads texts. */
public final class Probe implements AutoCloseable {

    private final Session session;
    private final Tokenizer tokenizer;
    private final Companions companions;
    private final List<String> names;

    private Probe(Session session, Tokenizer tokenizer, Companions companions, List<String> names) {
        this.session = session;
        this.tokenizer = tokenizer;
        this.companions = companions;
        this.names = names;
    }

    /**
     * Opens a model.
     *
     * @param model whose outputs become the values; what does not lead to one is removed
     * @param values computed by its nodes
     * @param companions the files beside it, with its tokenizer
     * @throws io.sinter.error.MissingException if it has no tokenizer
     */
    public static Probe open(Runtime runtime, Model model, Collection<Value> values, Companions companions) {
        Graph graph = model.graph();
        values.forEach(graph::addOutput);
        List.copyOf(graph.outputs()).stream().filter(v -> !values.contains(v)).forEach(graph::removeOutput);
        new Prune().run(model);
        Tokenizer tokenizer = TextInputs.tokenizer(companions);
        try {
            Session session = runtime.open(model, SessionOptions.DEFAULT);
            return new Probe(
                    session,
                    tokenizer,
                    companions,
                    values.stream().map(Value::name).toList());
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Runs the model over texts and hands out what the values are, batch by batch.
     *
     * @throws io.sinter.error.UnsupportedException if it reads something else than texts
     */
    public void read(List<String> texts, Consumer<Seen> use) {
        batches(texts).forEach(batch -> use.accept(see(batch)));
    }

    /** Texts as the model reads them. */
    List<TextInputs.Batch> batches(List<String> texts) {
        return TextInputs.batches(session.inputs(), tokenizer, companions, texts);
    }

    /** What the values are in a batch. */
    Seen see(TextInputs.Batch batch) {
        return new Seen(batch.mask(), session.run(batch.inputs(), names));
    }

    /**
     * The values of one batch.
     *
     * @param mask int64 {@code [B, S]}
     * @param values by name
     */
    public record Seen(TensorData mask, Map<String, TensorData> values) {

        /**
         * A row for each token, {@code [B · S, d]}, of zeros for padding; or for each text, {@code [B, d]}.
         *
         * @return nothing if the value is neither of tokens nor of texts
         */
        public Optional<Matrix> rows(String name) {
            TensorData value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException(name + " is not looked at");
            }
            boolean ofTokens = value.rank() == 3 && value.shape().subList(0, 2).equals(mask.shape());
            boolean ofTexts = value.rank() == 2 && value.dim(0) == mask.dim(0);
            if (!ofTokens && !ofTexts) {
                return Optional.empty();
            }
            int width = Math.toIntExact(value.dim(-1));
            Matrix rows = Matrix.allocate(ofTokens ? Math.toIntExact(mask.elementCount()) : (int) mask.dim(0), width);
            Conversion.convertInto(
                    new TensorData(value.dtype(), List.of((long) rows.rows(), (long) width), value.data()),
                    new TensorData(DType.DOUBLE, List.of((long) rows.rows(), (long) width), rows.data()));
            for (int i = 0; ofTokens && i < rows.rows(); i++) {
                if (!isToken(i)) {
                    rows.row(i).fill((byte) 0);
                }
            }
            return Optional.of(rows);
        }

        /** How many rows of such a matrix are not of padding. */
        public long count(Matrix rows) {
            if (rows.rows() != mask.elementCount()) {
                return rows.rows();
            }
            long count = 0;
            for (long i = 0; i < mask.elementCount(); i++) {
                count += isToken(i) ? 1 : 0;
            }
            return count;
        }

        private boolean isToken(long at) {
            return mask.data().getAtIndex(TensorData.I64, at) != 0;
        }
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
