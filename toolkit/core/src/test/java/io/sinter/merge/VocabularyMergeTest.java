package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.floats;
import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.MergeFolder.table;
import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether rows of the same number stand for the same token. */
class VocabularyMergeTest {

    private static final int ROWS = TinyModels.ROWS;
    private static final int SPECIAL = 5;
    private static final TensorData A = TinyModels.table(1);

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("a", encoder(A));
    }

    /** The row of b that stands for a's token; special tokens keep theirs. */
    private static int rowInB(int id) {
        return id < SPECIAL ? id : SPECIAL + (id - SPECIAL + 7) % (ROWS - SPECIAL);
    }

    /** A model b whose tokens have the ids of {@link #rowInB}. */
    private TensorData permutedB() throws IOException {
        TensorData table = TinyModels.table(2);
        Path directory = folder.model("b", encoder(table));
        MergeFolder.renumberTokens(directory, VocabularyMergeTest::rowInB);
        long[] order = new long[ROWS];
        for (int id = 0; id < ROWS; id++) {
            order[id] = rowInB(id);
        }
        return Rows.gather(table, order);
    }

    private static TensorData average(TensorData x, TensorData y) {
        float[] result = x.toFloatArray();
        for (int i = 0; i < result.length; i++) {
            result[i] = (result[i] + y.toFloatArray()[i]) / 2;
        }
        return TensorData.of(x.shape(), result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void sameTokensUnderOtherIds_arePutInTheBodysOrder(String mode) throws IOException {
        TensorData inOrder = permutedB();
        String recipe = """
                models: [{name: a, model: a}, {name: b, model: b}]
                body: a
                combine: {method: average}
                mode: %s
                """.formatted(mode);

        assertThat(folder.plan(recipe).notes())
                .containsExactly("b has the tokens of a under other ids: its rows are put in the order of a");
        Path out = folder.merge(recipe, "out");
        float[] expected = run(encoder(average(A, inOrder))).get("last_hidden_state");
        assertThat(difference(run(out.resolve("model.onnx")).get("last_hidden_state"), expected))
                .isLessThan(1e-6);
        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
    }

    @Test
    void orderAndTokenizer_areThoseOfTheBody_whereverItStandsInTheList() throws IOException {
        permutedB();
        Path out = folder.merge("""
                models: [{name: a, model: a}, {name: b, model: b}]
                body: b
                combine: {method: weighted-sum, weights: [1, 0]}
                """, "out");

        float[] got = floats(table(out.resolve("model.onnx")).data());
        for (int id = 0; id < ROWS; id++) {
            float[] row = A.rows(id, id + 1).toFloatArray();
            int at = rowInB(id) * TinyModels.WIDTH;
            assertThat(java.util.Arrays.copyOfRange(got, at, at + TinyModels.WIDTH))
                    .containsExactly(row);
        }
        assertThat(out.resolve("tokenizer.json"))
                .hasSameBinaryContentAs(temp.resolve("b").resolve("tokenizer.json"));
    }

    @Test
    void otherTokens_areRefusedWithTheFirst() throws IOException {
        Path directory = folder.model("b", encoder(TinyModels.table(2)));
        String tokenizer = Files.readString(MergeFolder.TOKENIZER);
        Files.writeString(directory.resolve("tokenizer.json"), tokenizer.replace("\"##e\":57", "\"##Q\":57"));

        assertThatThrownBy(() -> folder.plan("""
                        models: [{name: a, model: a}, {name: b, model: b}]
                        body: a
                        combine: {method: average}
                        """))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageStartingWith("vocabularies differ: \"a\" has token \"##e\" (id 57), \"b\" does not")
                .hasMessageContaining("vocabulary: {from: a, missing: {method: omp}}");
    }

    @Test
    void tokenizerWithMoreTokensThanRows_isRefused() throws IOException {
        Path directory = folder.model("b", encoder(TinyModels.table(2)));
        String tokenizer = Files.readString(MergeFolder.TOKENIZER);
        Files.writeString(
                directory.resolve("tokenizer.json"), tokenizer.replace("\"##e\":57", "\"##e\":57,\"##Q\":300"));

        assertThatThrownBy(() -> folder.plan("""
                        models: [{name: b, model: b}]
                        combine: {method: average}
                        """))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("b: its tokenizer has ids up to 300, but its table has 211 rows");
    }

    @Test
    void rowsOfPaddingBeyondTheBodys_areLeftOut() {
        TensorData longer = TinyModels.table(4, ROWS + 5, TinyModels.WIDTH);
        folder.model("b", encoder(longer));
        String recipe = """
                models: [{name: a, model: a}, {name: b, model: b}]
                body: a
                combine: {method: weighted-sum, weights: [0, 1]}
                """;

        assertThat(folder.plan(recipe).notes())
                .containsExactly("b has 5 rows of padding beyond the 211 of a; they are left out");
        Path out = folder.merge(recipe, "out");
        assertThat(floats(table(out.resolve("model.onnx")).data()))
                .containsExactly(longer.rows(0, ROWS).toFloatArray());
    }

    @Test
    void tableWithoutTokenizer_isTakenRowByRow_whichThePlanSays() {
        SafetensorsWriter.write(folder.directory("bare").resolve("t.safetensors"), Map.of("t", A), Map.of());

        assertThat(folder.plan("""
                                models: [{name: a, model: a}, {name: t, model: bare/t.safetensors}]
                                body: a
                                combine: {method: average}
                                """).notes())
                .containsExactly("t has no tokenizer here, so row by row its tokens are taken to be those of a");
    }
}
