package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.SinterException;
import io.sinter.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Files that would abort the process, hang it or fill the memory in the tokenizer library: all are refused before. */
class HostileTokenizerTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");
    private static final int MUTATIONS = 150;

    @TempDir
    Path folder;

    /** What a case does. */
    @FunctionalInterface
    interface Check {
        void in(HostileTokenizerTest test) throws IOException;
    }

    /** A case of the list. */
    record Case(String name, Check check) {
        Case called(String other) {
            return new Case(other, check);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.sinter.tokenizer.HostileTokenizers#cases")
    void file_hostile_isRefusedByItsOwnMessageOrHarmless(Case hostile) throws IOException {
        hostile.check.in(this);
    }

    void refuses(String model, String message, Consumer<ObjectNode> damage) throws IOException {
        Path golden = GOLDEN.resolve(model).resolve("tokenizer.json");
        ObjectNode root = (ObjectNode) StrictJson.object(golden, 1 << 20);
        damage.accept(root);
        Path file = Files.writeString(folder.resolve("tokenizer.json"), root.toString());

        assertThatThrownBy(() -> Tokenizer.open(file, 16).close())
                .isInstanceOf(MalformedException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void endlessSequences_areRefused() throws IOException {
        String open = "{\"type\":\"Sequence\",\"normalizers\":[";
        Path file = Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"normalizer\":" + open.repeat(10_000) + "{}" + "]}".repeat(10_000) + "}");

        assertThatThrownBy(() -> TokenizerJson.read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no JSON: Document nesting depth");
    }

    @Test
    void scoreThatIsNoNumber_isNoJson() throws IOException {
        Path file = Files.writeString(
                folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"a\", NaN]]}}");

        assertThatThrownBy(() -> TokenizerJson.read(file)).hasMessageContaining("no JSON: ");
    }

    /** What is not refused is read by the library, or refused by it, and then writes texts. */
    @ParameterizedTest
    @MethodSource("io.sinter.tokenizer.GoldenTexts#models")
    void damagedFile_neverTakesTheProcessDown(String model) throws IOException {
        byte[] bytes = Files.readAllBytes(GOLDEN.resolve(model).resolve("tokenizer.json"));
        Random random = new Random(model.hashCode());
        int opened = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = bytes.clone();
            int at = random.nextInt(Math.min(damaged.length, 4_000));
            damaged[at] = (byte) "0123456789-{}[]\"ae,:".charAt(random.nextInt(20));
            Path file = Files.write(folder.resolve("tokenizer.json"), damaged);
            try (Tokenizer tokenizer = Tokenizer.open(file, 16)) {
                tokenizer.encode(List.of("The man, 東京 (été)"));
                opened++;
            } catch (SinterException e) {
                assertThat(e.getMessage()).as("mutation %d at %d", i, at).contains("tokenizer.json");
            }
        }
        assertThat(opened).isPositive();
    }
}
