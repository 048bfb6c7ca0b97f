package io.sinter.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Tokenizer;
import io.sinter.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of word vectors, merged into static models. */
class WordVectorsMergeTest {

    private static final String RECIPE = """
            models: [{model: a.vec}, {model: b.txt}]
            combine: {method: average}
            """;

    private static final float SHORT = 1 / (float) Math.sqrt(5);

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

    @Test
    void tokenizerBesideTheFile_isNotItsOwn() {
        folder.tokenizer(temp, MergeFolder.TOKENIZER);

        ModelSource source = ModelSource.open(temp.resolve("a.vec"));

        assertThat(source.vocabulary().orElseThrow().ids().keySet()).containsExactly("king", "queen", ".");
        assertThat(source.files()).containsExactly(temp.resolve("a.vec"));
        assertThat(source.kind()).isEqualTo("word vectors (fastText .vec text)");
    }
}
