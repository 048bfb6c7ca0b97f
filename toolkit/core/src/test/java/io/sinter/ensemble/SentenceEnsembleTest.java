package io.sinter.ensemble;

import static io.sinter.ensemble.EnsembleFolder.TEXTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.ensemble.TinyEncoders.Form;
import io.sinter.error.MalformedException;
import io.sinter.inference.EmbedderOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooler;
import io.sinter.pooling.Pooling;
import io.sinter.progress.Progress;
import io.sinter.source.InputSet;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoders side by side, their sentence vectors combined. */
class SentenceEnsembleTest {

    private static final EmbedderOptions MEAN = EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN);
    private static final String CONCATENATION = """
            models:
              - {name: a, model: a, pooling: mean}
              - {name: b, model: b, pooling: mean}
            combine: {level: sentence, method: concatenation, normalize_sources: true}
            """;

    @TempDir
    Path temp;

    private EnsembleFolder folder;

    @BeforeEach
    void open() {
        folder = new EnsembleFolder(temp);
    }

    /** The vectors of two models by themselves, scaled to length 1, one after the other. */
    private void assertConcatenated(String merged, TensorData first, TensorData second, double tolerance) {
        TensorData a = Pooler.normalize(first, Normalization.UNIT_LENGTH);
        TensorData b = Pooler.normalize(second, Normalization.UNIT_LENGTH);
        TensorData together = folder.embed(merged, EmbedderOptions.DEFAULT, TEXTS);
        assertThat(together.shape()).containsExactly((long) TEXTS.size(), a.dim(1) + b.dim(1));
        for (int row = 0; row < TEXTS.size(); row++) {
            float[] left = a.rows(row, row + 1).toFloatArray();
            float[] right = b.rows(row, row + 1).toFloatArray();
            float[] got = together.rows(row, row + 1).toFloatArray();
            for (int i = 0; i < got.length; i++) {
                float expected = i < left.length ? left[i] : right[i - left.length];
                assertThat(got[i]).as("row %d, column %d", row, i).isCloseTo(expected, within((float) tolerance));
            }
        }
    }

    @Test
    void encodersOfOneTokenizer_shareTheirInputs() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");

        EnsembleReport report = folder.merge(CONCATENATION, "out");

        assertThat(folder.graph("out").graph().inputs())
                .extracting(Value::name)
                .containsExactly("input_ids", "attention_mask", "token_type_ids");
        assertThat(report.agreement().largestDifference()).isLessThan(1e-5);
        assertConcatenated("out", folder.embed("a", MEAN, TEXTS), folder.embed("b", MEAN, TEXTS), 1e-5);
    }

    @Test
    void encodersOfTwoTokenizers_haveInputsOfTheirOwn() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "roberta_base");

        folder.merge(CONCATENATION, "out");

        assertThat(folder.graph("out").graph().inputs())
                .extracting(Value::name)
                .containsExactly(
                        "input_ids",
                        "attention_mask",
                        "token_type_ids",
                        "b.input_ids",
                        "b.attention_mask",
                        "b.token_type_ids");
        assertThat(temp.resolve("out/tokenizers/b/tokenizer.json")).exists();
        assertConcatenated("out", folder.embed("a", MEAN, TEXTS), folder.embed("b", MEAN, TEXTS), 1e-5);
    }

    @Test
    void prompt_ofOneEncoder_isReadByItAlone() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");

        folder.merge(CONCATENATION.replace("b, pooling: mean}", "b, pooling: mean, prompt: \"the \"}"), "out");

        TensorData prompted = folder.embed("b", MEAN.withPrompt("the "), TEXTS);
        assertConcatenated("out", folder.embed("a", MEAN, TEXTS), prompted, 1e-5);
        List<InputSet> sets = folder.plan(CONCATENATION.replace("b, pooling: mean}", "b, prompt: x, pooling: mean}"))
                .sets();
        assertThat(sets).extracting(InputSet::tokenizer).containsExactly("tokenizer.json", "tokenizer.json");
    }

    @Test
    void prompt_ofTheFirstEncoder_isNotReadByTheOther() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "roberta_base");

        folder.merge(CONCATENATION.replace("a, pooling: mean}", "a, pooling: mean, prompt: \"the \"}"), "out");

        TensorData prompted = folder.embed("a", MEAN.withPrompt("the "), TEXTS);
        assertConcatenated("out", prompted, folder.embed("b", MEAN, TEXTS), 1e-5);
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_TYPES", "INT32", "FLOAT16", "ONE_NAME", "SUBGRAPH"})
    void encoder_ofAnotherForm_standsBesideAUsualOne(Form form) {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2).with(form), "bert_base");

        folder.merge(CONCATENATION, "out");

        assertConcatenated(
                "out",
                folder.embed("a", MEAN, TEXTS),
                folder.embed("b", MEAN, TEXTS),
                form == Form.FLOAT16 ? 2e-3 : 1e-5);
    }

    @Test
    void constants_thatAreEqual_areStoredOnce() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");
        folder.encoder("c", TinyEncoders.of(1), "bert_base");

        EnsembleReport report = folder.merge("""
                models:
                  - {name: a, model: a, pooling: mean}
                  - {name: b, model: b, pooling: cls}
                  - {name: c, model: c, pooling: max}
                combine: {level: sentence, method: concatenation}
                """, "out");

        Model merged = folder.graph("out");
        assertThat(merged.graph().initializers().stream()
                        .map(Value::initializer)
                        .flatMap(Stream::ofNullable)
                        .filter(data -> data.elementCount() == 2048 * 8)
                        .toList())
                .hasSize(2);
        assertThat(report.sharedBytes()).isGreaterThan(4L * 2048 * 8);
    }

    @Test
    void encoders_readNothingOfEachOther() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");

        folder.merge(CONCATENATION, "out");

        List<Node> nodes = folder.graph("out").graph().nodes();
        assertThat(nodes).filteredOn(n -> n.output().name().startsWith("a/")).hasSizeGreaterThan(3);
        for (Node node : nodes) {
            String own = node.output().name().substring(0, 2);
            for (Value input : node.inputs()) {
                Node from = input == null ? null : input.producer();
                if (from != null && (own.equals("a/") || own.equals("b/"))) {
                    assertThat(from.output().name()).as("read by %s", node).startsWith(own);
                }
            }
        }
    }

    @Test
    void opset_below_isRaised() {
        folder.encoder("a", TinyEncoders.of(1).withOpset(11), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");

        folder.merge(CONCATENATION, "out");

        assertThat(folder.graph("out").opset()).isEqualTo(17);
        assertConcatenated("out", folder.embed("a", MEAN, TEXTS), folder.embed("b", MEAN, TEXTS), 1e-5);
    }

    @Test
    void opset_aboveTheOther_isThatOfBoth() {
        folder.encoder("a", TinyEncoders.of(1).withOpset(11), "bert_base");
        folder.encoder("b", TinyEncoders.of(2).withOpset(19), "bert_base");

        folder.merge(CONCATENATION, "out");

        assertThat(folder.graph("out").opset()).isEqualTo(19);
        assertConcatenated("out", folder.embed("a", MEAN, TEXTS), folder.embed("b", MEAN, TEXTS), 1e-5);
    }

    @Test
    void average_ofNormalizedVectors_isNormalizedWhereAsked() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");

        folder.merge(CONCATENATION.replace("concatenation", "average") + "output: {normalize: true}\n", "out");

        TensorData a = Pooler.normalize(folder.embed("a", MEAN, TEXTS), Normalization.UNIT_LENGTH);
        TensorData b = Pooler.normalize(folder.embed("b", MEAN, TEXTS), Normalization.UNIT_LENGTH);
        float[] sum = a.toFloatArray();
        float[] other = b.toFloatArray();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (sum[i] + other[i]) / 2;
        }
        TensorData expected = Pooler.normalize(TensorData.of(a.shape(), sum), Normalization.UNIT_LENGTH);
        float[] got = folder.embed("out", EmbedderOptions.DEFAULT, TEXTS).toFloatArray();
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isCloseTo(expected.toFloatArray()[i], within(1e-5f));
        }
    }

    @Test
    void encoderThatChangesWhileItIsMerged_isNamed_andNothingIsWritten() {
        Path changing = folder.encoder("a", TinyEncoders.of(1), "bert_base").resolve("model.onnx");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");
        Progress writer = (task, total) -> {
            assertThat(changing.toFile().setLastModified(1000)).isTrue();
            return Progress.NONE.begin(task, total);
        };
        assertThatThrownBy(() -> folder.merge(CONCATENATION, "out", writer))
                .isInstanceOf(MalformedException.class)
                .hasMessageContainingAll(changing.toString(), "changed while it was merged");
        assertThat(temp.resolve("out")).doesNotExist();
    }
}
