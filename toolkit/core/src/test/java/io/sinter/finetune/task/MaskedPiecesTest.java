package io.sinter.finetune.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.eval.MaskedExample;
import io.sinter.eval.Pieces;
import io.sinter.eval.TokenMasking;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.train.Batches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedPiecesTest {

    private static final Path MODEL = Path.of("src/test/resources/golden/models/bert_mlm_tied");

    private static final long MASK = 4;

    @TempDir
    static Path folder;

    private static Tokenizer tokenizer;
    private static List<Encoding> whole;

    @BeforeAll
    static void readTexts() throws IOException {
        tokenizer = Tokenizer.open(MODEL.resolve("tokenizer.json"), 24);
        Path file = folder.resolve("texts.txt");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 150; i++) {
            lines.append("the quick brown fox ")
                    .append("jumps over ".repeat(8 + i % 7))
                    .append("the dog ")
                    .append(i);
            lines.append("\n\n");
        }
        Files.writeString(file, lines);
        whole = Pieces.of(tokenizer).read(file, piece -> piece);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static MaskedPieces masked(int size, long seed) {
        TokenMasking masking = TokenMasking.of("model", tokenizer.vocabulary(), MaskedPiecesTest::replaced);
        return new MaskedPieces(whole, masking, new Batches(size, seed));
    }

    private static Encoding replaced(Encoding text, int position, int id) {
        long[] ids = text.ids().toLongArray();
        ids[position] = id;
        return new Encoding(TensorData.vector(ids), text.typeIds(), List.of(), Optional.empty());
    }

    /** What was there before tokens were hidden. */
    private static List<Long> original(MaskedExample example) {
        long[] ids = example.text().ids().toLongArray();
        for (int i = 0; i < example.positions().size(); i++) {
            ids[example.positions().get(i)] = example.labels().get(i);
        }
        return LongStream.of(ids).boxed().toList();
    }

    private static List<Long> ids(Encoding text) {
        return LongStream.of(text.ids().toLongArray()).boxed().toList();
    }

    /** Batches are records of tensors, which are compared by what they hold. */
    private static List<List<Long>> shown(List<MaskedExample> batch) {
        return batch.stream().map(example -> ids(example.text())).toList();
    }

    @Test
    void file_isCutAsItsLinesAreOneByOne_whateverThreadsReadIt() throws IOException {
        List<List<Long>> oneByOne = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("texts.txt"))) {
            Pieces.of(tokenizer).cut(List.of(line)).forEach(piece -> oneByOne.add(ids(piece)));
        }

        assertThat(whole).hasSizeGreaterThan(200);
        assertThat(whole.stream().map(MaskedPiecesTest::ids).toList()).isEqualTo(oneByOne);
    }

    @Test
    void epoch_holdsEveryPieceOnce_inAnotherOrderThanTheNext() {
        MaskedPieces pieces = masked(1, 3);
        List<List<Long>> first = new ArrayList<>();
        List<List<Long>> second = new ArrayList<>();
        for (long number = 0; number < pieces.stepsPerEpoch(); number++) {
            first.add(original(pieces.batch(number).getFirst()));
            second.add(original(pieces.batch(pieces.stepsPerEpoch() + number).getFirst()));
        }

        assertThat(pieces.stepsPerEpoch()).isEqualTo(whole.size());
        assertThat(first).isNotEqualTo(second);
        List<List<Long>> all =
                new ArrayList<>(whole.stream().map(MaskedPiecesTest::ids).toList());
        for (List<List<Long>> epoch : List.of(first, second)) {
            List<List<Long>> left = new ArrayList<>(all);
            epoch.forEach(left::remove);
            assertThat(left).isEmpty();
        }
    }

    @Test
    void batch_isAFunctionOfSeedAndNumber() {
        assertThat(shown(masked(8, 3).batch(5))).isEqualTo(shown(masked(8, 3).batch(5)));
        assertThat(shown(masked(8, 3).batch(5))).isNotEqualTo(shown(masked(8, 4).batch(5)));
        assertThat(shown(masked(8, 3).batch(5))).isNotEqualTo(shown(masked(8, 3).batch(6)));
    }

    @Test
    void masks_areDrawnAnewEveryEpoch() {
        MaskedPieces pieces = masked(1, 3);
        Map<List<Long>, Set<List<Integer>>> positions = new HashMap<>();
        for (long number = 0; number < 6 * pieces.stepsPerEpoch(); number++) {
            MaskedExample example = pieces.batch(number).getFirst();
            positions
                    .computeIfAbsent(original(example), text -> new HashSet<>())
                    .add(example.positions());
        }

        double drawn = positions.values().stream().mapToInt(Set::size).average().orElseThrow();
        assertThat(drawn).isGreaterThan(5);
    }

    @Test
    void hiddenTokens_areThoseShares_ofBert() {
        MaskedPieces pieces = masked(10, 3);
        List<Integer> special = tokenizer.vocabulary().specialIds();
        long tokens = 0;
        int hidden = 0;
        int masks = 0;
        int same = 0;
        for (long number = 0; number < 4 * pieces.stepsPerEpoch(); number++) {
            for (MaskedExample example : pieces.batch(number)) {
                long[] shown = example.text().ids().toLongArray();
                tokens += original(example).stream()
                        .filter(id -> !special.contains(id.intValue()))
                        .count();
                hidden += example.positions().size();
                for (int i = 0; i < example.positions().size(); i++) {
                    long now = shown[example.positions().get(i)];
                    masks += now == MASK ? 1 : 0;
                    same += now == example.labels().get(i) ? 1 : 0;
                }
            }
        }

        assertThat((double) hidden / tokens).isBetween(0.14, 0.16);
        assertThat((double) masks / hidden).isBetween(0.77, 0.83);
        assertThat((double) same / hidden).isBetween(0.08, 0.13);
    }
}
