package io.sinter.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.StaticEmbedding;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {

    private static final String BERT = "bert.embeddings.word_embeddings.weight";
    private static final TensorData TABLE = LookupGraph.matrix(4, 2);
    private static final TensorData OTHER = LookupGraph.transposed(LookupGraph.matrix(2, 4));

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static final String TOKENIZER = """
            {"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}""";

    private void weights(Map<String, TensorData> tensors) {
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }

    private void graph(String name) throws IOException {
        Model model = StaticEmbedding.of(TABLE, Pooling.MEAN, Normalization.NONE);
        Files.createDirectories(folder.resolve(name).getParent());
        OnnxWriter.write(model, folder.resolve(name), WriteOptions.DEFAULT);
    }

    @Test
    void checkpoint_hasItsTableConfigAndTiedKeys() throws IOException {
        write("config.json", """
                {"model_type": "bert", "architectures": ["BertForMaskedLM"], "hidden_size": 2, "vocab_size": 4,
                 "pad_token_id": 0, "max_position_embeddings": 16}""");
        write("tokenizer.json", "{}");
        write("README.md", "---\nlanguage: en\nlicense: apache-2.0\n---\n# Model\nlicense: not-this\n");
        weights(Map.of(BERT, TABLE, "cls.predictions.decoder.weight", TABLE, "dense.weight", OTHER));

        ModelSource source = ModelSource.open(folder);

        assertThat(source).isInstanceOf(CheckpointSource.class);
        assertThat(source.table().data().contentEquals(TABLE)).isTrue();
        assertThat(source.table().where()).endsWith("model.safetensors: tensor \"" + BERT + "\"");
        assertThat(((CheckpointSource) source).keys().tied()).containsExactly("cls.predictions.decoder.weight");
        assertThat(source.companions().license()).contains("apache-2.0");
        ModelConfig config = source.companions().config().orElseThrow();
        assertThat(config.modelType()).contains("bert");
        assertThat(config.architectures()).containsExactly("BertForMaskedLM");
        assertThat(config.hiddenSize()).hasValue(2);
        assertThat(config.padTokenId()).hasValue(0);
        assertThat(source.files())
                .extracting(f -> f.getFileName().toString())
                .containsExactly("model.safetensors", "config.json", "tokenizer.json");
    }

    @Test
    void headThatDiffers_isTied_onlyIfTheConfigSaysSo() throws IOException {
        weights(Map.of("wte.weight", TABLE, "lm_head.weight", OTHER));
        write("config.json", "{\"vocab_size\": 4, \"tie_word_embeddings\": false}");
        assertThat(((CheckpointSource) ModelSource.open(folder)).keys().tied()).isEmpty();

        write("config.json", "{\"vocab_size\": 4}");
        assertThat(((CheckpointSource) ModelSource.open(folder)).keys().tied()).containsExactly("lm_head.weight");
    }

    @Test
    void tableOfOtherRows_isRefused() throws IOException {
        write("config.json", "{\"vocab_size\": 5}");
        weights(Map.of(BERT, TABLE));

        assertThatThrownBy(() -> ModelSource.open(folder).table())
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("FLOAT [4, 2], but vocab_size in ")
                .hasMessageEndingWith("is 5");
    }

    @Test
    void twoTables_areAmbiguous_untilOneIsNamed() throws IOException {
        write("config.json", "{}");
        weights(Map.of("a.wte.weight", TABLE, "b.wte.weight", OTHER));

        assertThatThrownBy(() -> ModelSource.open(folder).table())
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("\"a.wte.weight\" FLOAT [4, 2], \"b.wte.weight\" FLOAT [4, 2]");
        assertThat(ModelSource.open(folder, "b.wte.weight").table().data().contentEquals(OTHER))
                .isTrue();
    }

    @Test
    void weightsWithoutConfig_areNoModel() {
        weights(Map.of(BERT, TABLE));

        assertThatThrownBy(() -> ModelSource.open(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("weights without config.json");
    }

    @Test
    void emptyDirectory_saysWhatWasLookedFor() {
        assertThatThrownBy(() -> ModelSource.open(folder))
                .isInstanceOf(MissingException.class)
                .hasMessageEndingWith(
                        "looked for model.onnx, onnx/model.onnx, model.safetensors and model.safetensors.index.json");
    }

    @Test
    void missingPath_isNamed() {
        assertThatThrownBy(() -> ModelSource.open(folder.resolve("nothing")))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("nothing: no such file or directory");
    }

    @Test
    void directoryWithAGraph_readsItsTableFromTheGraph() throws IOException {
        graph("onnx/model.onnx");

        ModelSource source = ModelSource.open(folder);

        assertThat(source).isInstanceOf(GraphSource.class);
        assertThat(source.table().data().contentEquals(TABLE)).isTrue();
        assertThat(source.table().where()).endsWith("onnx/model.onnx: \"embeddings.weight\"");
        assertThatThrownBy(source.companions()::tokenizer)
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("no tokenizer.json in this folder");
    }

    @Test
    void bareGraph_hasTheTokenizerBesideIt_orAbove() throws IOException {
        graph("onnx/model.onnx");
        write("tokenizer.json", TOKENIZER);

        ModelSource nested = ModelSource.open(folder.resolve("onnx/model.onnx"));
        assertThat(nested.companions().tokenizer().file()).isEqualTo(folder.resolve("tokenizer.json"));

        write("onnx/tokenizer.json", TOKENIZER);
        ModelSource beside = ModelSource.open(folder.resolve("onnx/model.onnx"));
        assertThat(beside.companions().tokenizer().file()).isEqualTo(folder.resolve("onnx/tokenizer.json"));
    }

    @Test
    void bareTensors_needAName_unlessThereIsOneTable() {
        Path file = folder.resolve("tables.safetensors");
        SafetensorsWriter.write(file, Map.of("emb1", TABLE, "bias", TensorData.vector(1f)), Map.of());
        assertThat(ModelSource.open(file).table().where()).endsWith("tables.safetensors: tensor \"emb1\"");

        SafetensorsWriter.write(file, Map.of("emb1", TABLE, "emb2", OTHER), Map.of());
        assertThatThrownBy(() -> ModelSource.open(file))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("2 tensors are matrices of floats: emb1, emb2; say which");
        assertThat(ModelSource.open(file, "emb2").table().data().contentEquals(OTHER))
                .isTrue();
        assertThatThrownBy(() -> ModelSource.open(file, "emb3")).isInstanceOf(MissingException.class);
    }

    @Test
    void sentenceTransformersFiles_giveThePooling() throws IOException {
        graph("model.onnx");
        write("modules.json", """
                [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                 {"idx": 2, "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]""");
        write("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        write("sentence_bert_config.json", "{\"max_seq_length\": 20}");
        write("config_sentence_transformers.json", "{\"prompts\": {\"query\": \"query: \"}}");

        SentenceTransformers modules =
                ModelSource.open(folder).companions().sentenceTransformers().orElseThrow();

        assertThat(modules.pooling()).contains(Pooling.CLS);
        assertThat(modules.normalizes()).isTrue();
        assertThat(modules.maxTokens()).hasValue(20);
        assertThat(modules.prompts()).isEqualTo(Map.of("query", "query: "));
        assertThat(modules.modules()).isEqualTo(List.of("Transformer", "Pooling", "Normalize"));
    }

    @Test
    void poolingThatIsNotKnown_isRefused() throws IOException {
        graph("model.onnx");
        write("modules.json", "[{\"path\": \"p\", \"type\": \"sentence_transformers.models.Pooling\"}]");
        write("p/config.json", "{\"pooling_mode\": \"median\"}");

        assertThatThrownBy(() -> ModelSource.open(folder))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("pooling [median]: expected one of [cls, lasttoken, max, mean");
    }

    @Test
    void modulePathOutsideTheFolder_isRefused() throws IOException {
        graph("model.onnx");
        write("modules.json", "[{\"path\": \"../p\", \"type\": \"sentence_transformers.models.Pooling\"}]");

        assertThatThrownBy(() -> ModelSource.open(folder))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("leaves the folder");
    }
}
