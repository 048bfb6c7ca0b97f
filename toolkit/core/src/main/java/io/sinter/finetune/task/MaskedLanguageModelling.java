package io.sinter.finetune.task;

import io.sinter.error.IncompatibleException;
import io.sinter.eval.MaskedDataset;
import io.sinter.eval.Pieces;
import io.sinter.eval.RandomMasking;
import io.sinter.eval.TokenMasking;
import io.sinter.finetune.Emitted;
import io.sinter.finetune.Task;
import io.sinter.finetune.Trainable;
import io.sinter.inference.TextFeed;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.train.Batches;
import io.sinter.train.DevMeasure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model learns to predict hidden tokens of plain texts. Each line of a file is a text, and is cut into {@link Pieces} that
 * fill the length that the model is trained at; in every epoch the pieces come in another order, and other tokens of them are
 * hidden, by {@link TokenMasking}. The loss is the mean cross-entropy of a batch's hidden tokens.
 *
 * @see <a href="https://arxiv.org/abs/1810.04805">BERT, section 3.1</a>
 */
public final class MaskedLanguageModelling implements Task {

    /** Masks of held-out texts are the same in every training. */
    private static final RandomMasking HELD_OUT = new RandomMasking(0);

    private final MaskedTokens tokens;
    private final MaskedPieces pieces;
    private final Optional<DevMeasure> dev;

    private MaskedLanguageModelling(MaskedTokens tokens, MaskedPieces pieces, Optional<DevMeasure> dev) {
        this.tokens = tokens;
        this.pieces = pieces;
        this.dev = dev;
    }

    /**
     * Reads the texts.
     *
     * @param model that is to learn
     * @param texts files in UTF-8, at least one
     * @param dev texts to measure on, or masks fixed once and for all as {@link MaskedDataset#read} takes them
     * @throws io.sinter.error.MissingException if there is no such file, or the model has no mask token
     * @throws io.sinter.error.MalformedException if a file is no UTF-8, or has no text that is long enough
     * @throws io.sinter.error.UnsupportedException if the model scores no tokens
     * @throws IncompatibleException if it scores fewer than its tokenizer has, or the masks have ids that it has not
     */
    public static MaskedLanguageModelling of(Trainable model, List<Path> texts, Optional<Path> dev, Batches batches) {
        requireVocabulary(model);
        TextFeed feed = model.texts();
        Vocabulary vocabulary = feed.tokenizer().vocabulary();
        TokenMasking masking = TokenMasking.of(model.where(), vocabulary, feed::withToken);
        MaskedTokens tokens = new MaskedTokens(feed);
        Pieces cutter = Pieces.of(feed.tokenizer());
        Optional<DevMeasure> measure = dev.map(file -> {
            MaskedDataset dataset = isMasked(file) ? MaskedDataset.read(file) : HELD_OUT.read(file, cutter, masking);
            dataset.requireIds(model.where(), vocabulary);
            return MaskedLoss.of(tokens, dataset, batches.size());
        });
        List<Path> files = List.copyOf(texts);
        MaskedPieces pieces = new MaskedPieces(
                files.stream()
                        .flatMap(file -> cutter.read(file, feed::withoutText).stream())
                        .toList(),
                masking,
                batches);
        return new MaskedLanguageModelling(tokens, pieces, measure);
    }

    private static boolean isMasked(Path file) {
        return file.toString().endsWith(".safetensors");
    }

    @Override
    public Emitted emit(Trainable model, Ops ops) {
        return Emitted.of(MaskedTokens.emit(ops, model.logits()));
    }

    /** Fewer scores than tokens would end a step at the first label beyond them. */
    private static void requireVocabulary(Trainable model) {
        TensorType type = model.logits().type();
        int rows = model.texts().tokenizer().vocabulary().rowsNeeded();
        if (type != null
                && type.shape() != null
                && type.shape().dims().getLast() instanceof Dim.Known(long scores)
                && scores < rows) {
            throw new IncompatibleException(
                    "%s: %d logits a token, but its tokenizer has ids up to %d; is it the tokenizer of another model?"
                            .formatted(model.where(), scores, rows - 1));
        }
    }

    @Override
    public long stepsPerEpoch() {
        return pieces.stepsPerEpoch();
    }

    @Override
    public Map<String, TensorData> batch(long number) {
        return tokens.inputs(pieces.batch(number));
    }

    @Override
    public Optional<DevMeasure> dev() {
        return dev;
    }

    /** How many pieces the texts were cut into. */
    public int pieces() {
        return pieces.pieces().size();
    }
}
