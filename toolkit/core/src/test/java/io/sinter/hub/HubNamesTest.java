package io.sinter.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sinter.error.RecipeException;
import io.sinter.recipe.ModelEntry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubNamesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hf:BAAI/bge-small-en-v1.5      | BAAI/bge-small-en-v1.5 |                  | main      | bge-small-en-v1.5",
                "hf:gpt2                        | gpt2                   |                  | main      | gpt2",
                "hf:a/b@refs/pr/3               | a/b                    |                  | refs/pr/3 | b",
                "hf:a/b/onnx/model_int8.onnx@v1 | a/b                    | onnx/model_int8.onnx | v1    | model_int8.onnx"
            })
    void name_hasItsParts(String name, String repository, String file, String revision, String shortName) {
        HubModel model = HubModel.parse(name);

        assertThat(model).isEqualTo(new HubModel(repository, Optional.ofNullable(file), revision));
        assertThat(model.shortName()).isEqualTo(shortName);
        assertThat(model).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf:",
                "hf:/b",
                "hf:a/",
                "hf:../b",
                "hf:a/..",
                "hf:a--b/c",
                "hf:a/b@",
                "hf:a/b@../x",
                "hf:a/b@x y",
                "hf:a/b/../c.onnx",
                "hf:a/b//c.onnx",
                "hf:a/b/",
                "hf:a/b?x",
                "hf:https://huggingface.co/a/b",
                "hf:a b/c"
            })
    void name_thatIsNone_isRefused(String name) {
        assertThatExceptionOfType(RecipeException.class)
                .isThrownBy(() -> HubModel.parse(name))
                .withMessageStartingWith(name + ": ")
                .withMessageContaining("expected hf:org/name");
    }

    @Test
    void modelOfARecipe_isCalledByItsLastPart() {
        assertThat(new ModelEntry(null, "hf:org/tiny@refs/pr/1", null, null, null, null).name())
                .isEqualTo("tiny");
        assertThat(new ModelEntry(null, "hf:org/tiny/onnx/model.onnx", null, null, null, null).name())
                .isEqualTo("model");
    }

    @Test
    void settings_withoutVariables_areThoseOfHuggingFace(@TempDir Path home) {
        HubSettings settings = HubSettings.of(Map.of(), home);

        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.token()).isEmpty();
        assertThat(settings.network()).isEqualTo(Network.ONLINE);
        assertThat(settings.otherCache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    }

    @Test
    void settings_followTheVariables(@TempDir Path home) throws IOException {
        Files.createDirectories(home.resolve("hf"));
        Files.writeString(home.resolve("hf/token"), "hf_file\n");
        Map<String, String> variables = Map.of(
                "HF_ENDPOINT",
                "http://mirror:8080/hf/",
                "HF_HOME",
                home.resolve("hf").toString(),
                "SINTER_OFFLINE",
                "1");

        HubSettings settings = HubSettings.of(variables, home);

        assertThat(settings.address("x")).isEqualTo(URI.create("http://mirror:8080/hf/x"));
        assertThat(settings.token().orElseThrow().authorization()).isEqualTo("Bearer hf_file");
        assertThat(settings.token().orElseThrow()).asString().doesNotContain("hf_file");
        assertThat(settings.network()).isEqualTo(Network.OFFLINE);
        assertThat(settings.otherCache()).isEqualTo(home.resolve("hf/hub"));
    }

    @Test
    void token_ofAVariable_goesBeforeTheFile(@TempDir Path home) throws IOException {
        Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(home.resolve(".cache/huggingface/token"), "hf_file");

        assertThat(HubSettings.of(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_old", "HF_TOKEN", "hf_new"), home)
                        .token())
                .hasValueSatisfying(t -> assertThat(t.authorization()).isEqualTo("Bearer hf_new"));
    }

    @Test
    void token_thatIsNone_isRefusedWithoutBeingPrinted(@TempDir Path home) {
        assertThatExceptionOfType(RecipeException.class)
                .isThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", "two\nlines"), home))
                .withMessageStartingWith("HF_TOKEN: ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("lines"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"huggingface.co", "ftp://x", "https://", "https://u:p@host", "not an address"})
    void endpoint_thatIsNone_isRefused(String endpoint) {
        assertThatExceptionOfType(RecipeException.class)
                .isThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", endpoint), Path.of("")))
                .withMessageStartingWith("HF_ENDPOINT: ");
    }

    @Test
    void proxies_areThoseOfTheVariables() {
        ProxySelector selector = new ProxyVariables(
                Map.of("HTTPS_PROXY", "http://me:p%40ss@proxy:3128", "NO_PROXY", "localhost, .inside.net,other:443"),
                new Direct());

        assertThat(selector.select(URI.create("https://huggingface.co/x")))
                .containsExactly(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy", 3128)));
        for (String exempt : List.of("https://localhost/", "https://hub.inside.net/", "https://other/")) {
            assertThat(selector.select(URI.create(exempt))).containsExactly(Proxy.NO_PROXY);
        }
        assertThat(selector.select(URI.create("http://plain/")))
                .as("Java's own")
                .isEmpty();
    }

    /** Stands for Java's own choice. */
    private static final class Direct extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            return List.of();
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {}
    }
}
