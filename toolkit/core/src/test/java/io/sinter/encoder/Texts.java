package io.sinter.encoder;

import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A batch of token ids, padded to the longest.
 *
 * @param rows the ids of each text
 * @param side where the padding is
 */
record Texts(List<long[]> rows, Side side) {

    /** The id of padding, which no text has. */
    static final long PAD = 1;

    /** Where padding is. */
    enum Side {
        LEFT,
        RIGHT
    }

    /** Three texts of 1 to 23 ids below {@code vocabulary}, padding's not among them. */
    static Texts random(long seed, int vocabulary, Side side) {
        Random random = new Random(seed);
        List<long[]> rows = random.ints(3, 1, 24)
                .mapToObj(n -> random.longs(n, PAD + 1, vocabulary).toArray())
                .toList();
        return new Texts(rows, side);
    }

    /** One of them, by itself. */
    Texts only(int row) {
        return new Texts(List.of(rows.get(row)), side);
    }

    /** The vectors {@code last_hidden_state} of all tokens, text by text. */
    List<List<float[]>> vectors(Session session) {
        return apart(output(session, "last_hidden_state"));
    }

    /** The output of that name, as it is. */
    TensorData output(Session session, String name) {
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Port port : session.inputs()) {
            inputs.put(port.name(), input(port.name()));
        }
        return Objects.requireNonNull(session.run(inputs, List.of(name)).get(name));
    }

    private TensorData input(String name) {
        long[] values = new long[rows.size() * longest()];
        Arrays.fill(values, name.equals("input_ids") ? PAD : 0);
        for (int row = 0; row < rows.size(); row++) {
            long[] ids = rows.get(row);
            for (int i = 0; i < ids.length; i++) {
                values[place(row, i)] = switch (name) {
                    case "input_ids" -> ids[i];
                    case "attention_mask" -> 1;
                    default -> ids[i] % 2;
                };
            }
        }
        return TensorData.of(List.of((long) rows.size(), (long) longest()), values);
    }

    private List<List<float[]>> apart(TensorData states) {
        float[] all = states.toFloatArray();
        int width = Math.toIntExact(states.dim(2));
        return IntStream.range(0, rows.size())
                .mapToObj(row -> IntStream.range(0, rows.get(row).length)
                        .map(i -> place(row, i) * width)
                        .mapToObj(from -> Arrays.copyOfRange(all, from, from + width))
                        .toList())
                .toList();
    }

    private int longest() {
        return rows.stream().mapToInt(r -> r.length).max().orElseThrow();
    }

    private int place(int row, int i) {
        int start = switch (side) {
            case LEFT -> longest() - rows.get(row).length;
            case RIGHT -> 0;
        };
        return row * longest() + start + i;
    }
}
