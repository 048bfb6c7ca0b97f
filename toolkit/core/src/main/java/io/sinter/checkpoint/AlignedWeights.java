package io.sinter.checkpoint;

import io.sinter.checkpoint.TokenPlan.Fixed;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model's tensors with the result's tokens: tables and heads have a row for each. A token that the model lacks has the
 * reference's row; else the row of the only model that has it; else the average of those that have it. Made in float32.
 */
final class AlignedWeights implements ModelWeights {

    private static final Pattern BY_TOKEN = Pattern.compile(
            "(^|\\.)((word_embeddings|embed_tokens|wte|tok_embeddings|shared|lm_head|embed_out|decoder)\\.weight"
                    + "|(lm_head|decoder)\\.bias|predictions\\.bias)$");

    private final TokenPlan plan;
    private final int model;

    AlignedWeights(TokenPlan plan, int model) {
        this.plan = plan;
        this.model = model;
    }

    private ModelWeights own() {
        return plan.models().get(model).weights();
    }

    @Override
    public SequencedSet<String> names() {
        return own().names();
    }

    @Override
    public boolean isThere() {
        return own().isThere();
    }

    @Override
    public Optional<Spec> find(String name) {
        return own().find(name).map(spec -> isByToken(model, name, spec) ? withRows(spec) : spec);
    }

    @Override
    public boolean isStored(String name) {
        return own().isStored(name) && !isByToken(model, name, own().find(name).orElseThrow());
    }

    private Spec withRows(Spec spec) {
        List<Long> shape = new ArrayList<>(spec.shape());
        shape.set(0, (long) plan.rows());
        return new Spec(spec.dtype(), shape);
    }

    /** Whether a tensor of a model has a row a token. */
    private boolean isByToken(int which, String name, Spec spec) {
        long vocabulary = plan.models()
                .get(which)
                .config()
                .map(c -> c.vocabSize().orElse(-1))
                .orElse(-1L);
        return BY_TOKEN.matcher(name).find()
                && !spec.shape().isEmpty()
                && spec.shape().getFirst() == vocabulary;
    }

    @Override
    public TensorData read(String name, Scratch scratch) {
        if (isStored(name)) {
            return own().read(name, scratch);
        }
        List<@Nullable TensorData> tables = new ArrayList<>();
        for (int i = 0; i < plan.models().size(); i++) {
            ModelWeights weights = plan.models().get(i).weights();
            int which = i;
            boolean has =
                    weights.find(name).filter(s -> isByToken(which, name, s)).isPresent();
            tables.add(has ? weights.read(name, scratch) : null);
        }
        TensorData result = scratch.allocate(
                DType.FLOAT, withRows(own().find(name).orElseThrow()).shape());
        for (int id = 0; id < plan.rows(); id++) {
            fill(id, tables, result.rows(id, id + 1));
        }
        return result;
    }

    private void fill(int id, List<@Nullable TensorData> tables, TensorData target) {
        Fixed fixed = plan.fixed().get(id);
        int own = plan.ownRows().get(model)[id];
        if (fixed != null && (fixed.force() || own < 0)) {
            if (fixed.model() >= 0) {
                copy(tables.get(fixed.model()), fixed.row(), target);
            }
        } else if (own >= 0) {
            copy(tables.get(model), own, target);
        } else if (plan.ownRows().getFirst()[id] >= 0) {
            copy(tables.getFirst(), plan.ownRows().getFirst()[id], target);
        } else {
            average(id, tables, target);
        }
    }

    private static void copy(@Nullable TensorData table, int row, TensorData target) {
        if (table != null && row < table.dim(0)) {
            Conversion.convertInto(table.rows(row, row + 1), target);
        }
    }

    private void average(int id, List<@Nullable TensorData> tables, TensorData target) {
        float[] sum = new float[Math.toIntExact(target.elementCount())];
        int owners = 0;
        for (int i = 0; i < tables.size(); i++) {
            TensorData table = tables.get(i);
            int row = plan.ownRows().get(i)[id];
            if (table != null && row >= 0 && row < table.dim(0)) {
                float[] values = Conversion.convert(table.rows(row, row + 1), DType.FLOAT)
                        .toFloatArray();
                for (int j = 0; j < sum.length; j++) {
                    sum[j] += values[j];
                }
                owners++;
            }
        }
        for (int j = 0; j < sum.length && owners > 0; j++) {
            sum[j] /= owners;
        }
        java.lang.foreign.MemorySegment.copy(sum, 0, target.data(), TensorData.F32, 0, sum.length);
    }
}
