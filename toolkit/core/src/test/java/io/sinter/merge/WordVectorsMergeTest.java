package io.sinter.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.output.Manifest;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of word vectors, merged into static models. */
class WordVectorsMergeTest {

    private static final String RECIPE = """
            models: [{model: a.vec}, {model: b.txt}]
            combine: {method: average}
            """;

    private static final float SHORT = 1 / (float) Math.sqrt(5);

    private static final TensorData TABLE = TinyModels.table(7);

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void files() throws IOException {
        folder = new MergeFolder(temp);
        Files.writeString(temp.resolve("a.vec"), "3 2\nking 1 2\nqueen 3 4\n. 5 6\n");
        Files.writeString(temp.resolve("b.txt"), "queen 30 40\n. 50 60\nking 10 20\n");
    }

    private static long[] ids(Path directory, String text) {
        try (Tokenizer tokenizer = Tokenizer.open(TokenizerJson.load(directory), 16)) {
            return tokenizer.encode(List.of(text)).getFirst().ids().toLongArray();
        }
    }

    @Test
    void wordVectorsAlone_becomeAStaticModel_withATokenizerOfTheirWords() {
        Path out = folder.merge(RECIPE, "out");

        assertThat(Checkpoint.open(out).tensor(ModelWriter.TABLE).toFloatArray())
                .containsExactly(5.5f, 11, 16.5f, 22, 27.5f, 33, 0, 0);
        assertThat(ids(out, "The KING. queen,king")).containsExactly(3, 0, 2, 1, 3, 0);
        assertThat(TokenizerJson.load(out).vocabulary().special(SpecialToken.UNK))
                .hasValue(3);
        assertThat(MergeFolder.verify(out)).noneMatch(c -> c.outcome() == OutputVerification.Check.Outcome.FAILED);
        try (Embedder embedder = Embedder.open(MergeFolder.RUNTIME, ModelSource.open(out), EmbedderOptions.DEFAULT)) {
            TensorData vectors = embedder.embed(List.of("King queen", "king unheard"));
            assertThat(vectors.toFloatArray())
                    .as("of the means (11, 16.5) and (2.75, 5.5)")
                    .containsExactly(
                            new float[] {2 / (float) Math.sqrt(13), 3 / (float) Math.sqrt(13), SHORT, 2 * SHORT},
                            within(1e-6f));
        }
    }

    @Test
    void wordThatStandsForUnknownOnes_isKept_andNoRowIsAdded() throws IOException {
        Files.writeString(temp.resolve("a.vec"), "3 2\n<unk> 1 2\nKing 3 4\nqueen 5 6\n");

        Path out = folder.merge("models: [{model: a.vec}]\ncombine: {method: average}\n", "out");

        assertThat(Checkpoint.open(out).tensor(ModelWriter.TABLE).toFloatArray())
                .containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(ids(out, "King queen KING"))
                .as("no lower case: King has a capital")
                .containsExactly(1, 2, 0);
    }

    @Test
    void whatWasToleratedInAFile_isANoteOfTheMerge() throws IOException {
        Files.writeString(temp.resolve("b.txt"), "queen 30 40\n. 50 60\nking 10 20\nqueen 0 0\n");

        assertThat(folder.plan(RECIPE).notes()).anyMatch(n -> n.startsWith("b: 1 lines repeat a word"));
    }

    @Test
    void wordVectorsAsBodyOrToBeRun_areRefused() {
        assertThatThrownBy(() -> folder.plan(RECIPE + "body: a\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("body: a is word vectors, which have no encoder");
        ModelSource source = ModelSource.open(temp.resolve("a.vec"));
        assertThatThrownBy(() -> Embedder.open(MergeFolder.RUNTIME, source, EmbedderOptions.DEFAULT))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("word vectors, which have no graph to run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"word2vec", "word2vec-binary", "glove", "fasttext"})
    void mergedTable_writtenAsWordVectors_readsBackBitForBit(String format) {
        folder.model("m", TinyModels.encoder(TABLE));
        Path out = folder.merge("""
                models: [{model: m}]
                body: m
                combine: {method: average}
                output: {word_vectors: %s}
                """.formatted(format), "out");
        Manifest.WordVectorsFile file =
                Objects.requireNonNull(Manifest.find(out).orElseThrow().result().wordVectors());

        ModelSource words = ModelSource.open(out.resolve(file.file()));

        Map<String, Integer> ids = words.vocabulary().orElseThrow().ids();
        assertThat(ids).hasSize(file.words()).doesNotContainKeys("[CLS]", "[PAD]", "[MASK]");
        assertThat(file.words() + file.leftOut()).isEqualTo(TinyModels.ROWS);
        Vocabulary tokens = TokenizerJson.load(out).vocabulary();
        assertThat(ids.keySet())
                .anyMatch(w -> tokens.id(w).isEmpty() && tokens.id("##" + w).isPresent());
        ids.forEach((word, row) -> {
            int id = tokens.id(word).orElseGet(() -> tokens.id("##" + word).orElseThrow());
            assertThat(words.table().data().rows(row, row + 1).contentEquals(TABLE.rows(id, id + 1)))
                    .as(word)
                    .isTrue();
        });
    }

    @Test
    void wordVectorsOfWordVectors_areTheSameWords() {
        Path out = folder.merge(RECIPE + "output: {word_vectors: glove}\n", "out");

        assertThat(out.resolve("word_vectors.txt")).hasContent("king 5.5 11.0\nqueen 16.5 22.0\n. 27.5 33.0");
    }

    @Test
    void wordVectorsOfTablesWithoutTokens_areRefused_beforeWork() {
        SafetensorsWriter.write(temp.resolve("table.safetensors"), Map.of("w", TABLE), Map.of());

        assertThatThrownBy(() -> folder.plan("""
                        models: [{model: table.safetensors}]
                        combine: {method: average}
                        output: {word_vectors: word2vec}
                        """))
                .isInstanceOf(RecipeException.class)
                .hasMessage("output: word_vectors needs a tokenizer, from which words are known, but table has none");
    }

    @Test
    void tokenizerBesideTheFile_isNotItsOwn() {
        folder.tokenizer(temp, MergeFolder.TOKENIZER);

        ModelSource source = ModelSource.open(temp.resolve("a.vec"));

        assertThat(source.vocabulary().orElseThrow().ids().keySet()).containsExactly("king", "queen", ".");
        assertThat(source.files()).containsExactly(temp.resolve("a.vec"));
        assertThat(source.kind()).isEqualTo("word vectors (fastText .vec text)");
    }
}
