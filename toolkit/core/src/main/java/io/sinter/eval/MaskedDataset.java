package io.sinter.eval;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Texts with tokens to be predicted.
 *
 * @param name for reports
 * @param examples with at least one such token among them
 */
public record MaskedDataset(String name, List<MaskedExample> examples) {

    /** The label of tokens that are not to be predicted, as in PyTorch's cross-entropy. */
    private static final long IGNORED = -100;

    /** Copies the list. */
    public MaskedDataset {
        examples = List.copyOf(examples);
        if (examples.stream().allMatch(e -> e.positions().isEmpty())) {
            throw new IllegalArgumentException(name + ": no token is to be predicted");
        }
    }

    /** How many tokens are to be predicted. */
    public int positions() {
        return examples.stream().mapToInt(e -> e.positions().size()).sum();
    }

    /**
     * Checks that a model knows all ids.
     *
     * @param where the model, for messages
     * @throws IncompatibleException if not
     */
    public void requireIds(String where, Vocabulary vocabulary) {
        int rows = vocabulary.rowsNeeded();
        for (MaskedExample example : examples) {
            LongStream shown = Arrays.stream(example.text().ids().toLongArray());
            LongStream labels = example.labels().stream().mapToLong(Integer::longValue);
            LongStream.concat(shown, labels)
                    .filter(id -> id < 0 || id >= rows)
                    .findFirst()
                    .ifPresent(id -> {
                        throw new IncompatibleException(
                                "%s: id %d, but the tokenizer of %s has ids 0 to %d; were these masks made with another tokenizer?"
                                        .formatted(name, id, where, rows - 1));
                    });
        }
    }

    /**
     * Reads fixed masks: {@code input_ids} with the masks in them, {@code labels} with -100 at every other token and
     * {@code attention_mask}, integers {@code [N, S]}, padded on the right.
     *
     * @throws MissingException if there is no such file or tensor
     * @throws MalformedException if a tensor is of another type or shape, a mask is no run of ones, or nothing is to be
     *     predicted
     */
    public static MaskedDataset read(Path file) {
        SafetensorsFile tensors = SafetensorsFile.open(file);
        TensorData ids = matrix(file, tensors, "input_ids");
        TensorData labels = matrix(file, tensors, "labels");
        TensorData mask = matrix(file, tensors, "attention_mask");
        if (!labels.shape().equals(ids.shape()) || !mask.shape().equals(ids.shape())) {
            throw new MalformedException("%s: input_ids %s, labels %s, attention_mask %s: expected the same shape"
                    .formatted(file, ids.shape(), labels.shape(), mask.shape()));
        }
        List<MaskedExample> examples = new ArrayList<>();
        for (long row = 0; row < ids.dim(0); row++) {
            examples.add(example(
                    "%s: row %d".formatted(file, row),
                    longs(ids.rows(row, row + 1)),
                    longs(labels.rows(row, row + 1)),
                    longs(mask.rows(row, row + 1))));
        }
        if (examples.stream().allMatch(e -> e.positions().isEmpty())) {
            throw new MalformedException(file + ": every label is -100, so nothing is to be predicted");
        }
        return new MaskedDataset(String.valueOf(file.getFileName()), examples);
    }

    private static MaskedExample example(String where, long[] ids, long[] labels, long[] mask) {
        int length = 0;
        while (length < mask.length && mask[length] == 1) {
            length++;
        }
        for (int s = length; s < mask.length; s++) {
            if (mask[s] != 0 || labels[s] != IGNORED) {
                throw new MalformedException(
                        "%s: token %d: attention_mask %d, label %d; expected ones, then zeros with the label -100"
                                .formatted(where, s, mask[s], labels[s]));
            }
        }
        List<Integer> positions = new ArrayList<>();
        List<Integer> wanted = new ArrayList<>();
        for (int s = 0; s < length; s++) {
            if (labels[s] == IGNORED) {
                continue;
            }
            if (labels[s] < 0 || labels[s] > Integer.MAX_VALUE) {
                throw new MalformedException(
                        "%s: token %d: got label %d, expected an id or -100".formatted(where, s, labels[s]));
            }
            positions.add(s);
            wanted.add((int) labels[s]);
        }
        Encoding text = new Encoding(
                TensorData.vector(Arrays.copyOf(ids, length)),
                TensorData.vector(new long[length]),
                List.of(),
                Optional.empty());
        return new MaskedExample(text, positions, wanted);
    }

    private static TensorData matrix(Path file, SafetensorsFile tensors, String name) {
        TensorData tensor = tensors.find(name)
                .orElseThrow(() -> new MissingException(
                        "%s: no tensor \"%s\"; expected input_ids, labels and attention_mask".formatted(file, name)));
        if (tensor.rank() != 2 || !isInteger(tensor.dtype())) {
            throw new MalformedException(
                    "%s: tensor \"%s\": got %s, expected integers [N, S]".formatted(file, name, tensor.describe()));
        }
        return tensor;
    }

    private static boolean isInteger(DType dtype) {
        return switch (dtype) {
            case INT8, UINT8, INT16, INT32, INT64, BOOL -> true;
            default -> false;
        };
    }

    private static long[] longs(TensorData row) {
        long[] values = new long[(int) row.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (row.dtype()) {
                case INT64 -> row.data().getAtIndex(TensorData.I64, i);
                case INT32 -> row.data().getAtIndex(TensorData.I32, i);
                case INT16 -> row.data().getAtIndex(TensorData.I16, i);
                default -> row.data().get(java.lang.foreign.ValueLayout.JAVA_BYTE, i);
            };
        }
        return values;
    }
}
