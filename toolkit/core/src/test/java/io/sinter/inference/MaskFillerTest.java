package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskFillerTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");

    @TempDir
    Path folder;

    /** A model that answers to a mask with ln 5 for one token, ln 3 for another, and 0 for the rest. */
    private MaskFiller open(String model, int tokens, int mask, int first, int second) {
        TensorData table = TensorData.allocate(DType.FLOAT, List.of((long) tokens, (long) tokens));
        table.data().setAtIndex(TensorData.F32, (long) mask * tokens + first, (float) Math.log(5));
        table.data().setAtIndex(TensorData.F32, (long) mask * tokens + second, (float) Math.log(3));
        LogitsGraphs.maskedModel(folder, GOLDEN.resolve(model).resolve("tokenizer.json"), table);
        return MaskFiller.open(new OrtRuntime(), ModelSource.open(folder), LogitsOptions.DEFAULT);
    }

    @Test
    void fills_areTheMostProbableTokens_byASoftmax() {
        try (MaskFiller filler = open("bert_base", 211, 4, 100, 181)) {
            MaskFiller.Filled filled = filler.fill(List.of("[MASK] dog."), 3).getFirst();

            assertThat(filled.masks()).hasSize(1);
            MaskFiller.Mask mask = filled.masks().getFirst();
            assertThat(mask.position()).isEqualTo(1);
            assertThat(mask.fills()).extracting(MaskFiller.Fill::token).containsExactly("the", "##ver", "[PAD]");
            assertThat(mask.fills().get(0).probability()).isCloseTo(5.0 / (209 + 5 + 3), within(1e-6));
            assertThat(mask.fills().get(1).probability()).isCloseTo(3.0 / (209 + 5 + 3), within(1e-6));
            assertThat(mask.fills().getFirst().sequence()).isEqualTo("the dog.");
        }
    }

    @Test
    void severalMasks_areFilledEachByItself() {
        try (MaskFiller filler = open("bert_base", 211, 4, 100, 181)) {
            List<MaskFiller.Filled> filled = filler.fill(List.of("[MASK] dog [MASK]", "a [MASK]"), 1);

            assertThat(filled.get(0).masks())
                    .extracting(MaskFiller.Mask::position)
                    .containsExactly(1, 4);
            assertThat(filled.get(0).masks().get(1).fills().getFirst().sequence())
                    .isEqualTo("[MASK] dog the");
            assertThat(filled.get(1).masks())
                    .extracting(MaskFiller.Mask::position)
                    .containsExactly(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"roberta_mlm_tied, 300, <mask>", "modernbert_mlm, 290, [MASK]"})
    void maskToken_isTheTokenizers(String model, int tokens, String mask) {
        try (MaskFiller filler = open(model, tokens, 4, 100, 101)) {
            assertThat(filler.maskToken()).isEqualTo(mask);
            assertThat(filler.fill(List.of("a " + mask + " b"), 1).getFirst().masks())
                    .hasSize(1);
        }
    }

    @Test
    void textWithoutAMask_isToldHowToWriteOne() {
        try (MaskFiller filler = open("roberta_mlm_tied", 300, 4, 100, 101)) {
            assertThatThrownBy(() -> filler.fill(List.of("a [MASK]"), 1))
                    .isInstanceOf(MissingException.class)
                    .hasMessage("\"a [MASK]\": no <mask> in it, which is how this model's tokenizer writes a mask");
        }
    }

    @Test
    void maskBeyondTheModelsLength_isNamed() {
        open("bert_base", 211, 4, 100, 181).close();
        LogitsOptions options = LogitsOptions.DEFAULT.withMaxTokens(6);
        try (MaskFiller filler = MaskFiller.open(new OrtRuntime(), ModelSource.open(folder), options)) {
            assertThatThrownBy(() -> filler.fill(List.of("the dog the dog the [MASK]"), 1))
                    .isInstanceOf(MissingException.class)
                    .hasMessageContaining("its [MASK] is not among the 6 tokens that are read");
        }
    }

    @Test
    void tokenizerWithoutAMask_isNoFillMaskModel() {
        assertThatThrownBy(() -> open("gpt2_base", 290, 4, 100, 101))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("its tokenizer has no mask token");
    }

    @Test
    void fewerRowsThanTokens_areRefusedBeforeATextIsRead() {
        assertThatThrownBy(() -> open("bert_base", 200, 4, 100, 101))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("its tokenizer has ids up to 210, but its table has 200 rows");
    }

    @Test
    void graphWithoutThatOutput_listsThoseThatItHas() {
        open("bert_base", 211, 4, 100, 181).close();
        LogitsOptions options = LogitsOptions.DEFAULT.withOutput("scores");

        assertThatThrownBy(() -> MaskFiller.open(new OrtRuntime(), ModelSource.open(folder), options))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("no output \"scores\" [batch, sequence, vocabulary]")
                .hasMessageContaining("\"logits\" FLOAT");
    }
}
