package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models named {@code hf:}, by processes and a hub on this machine. */
class HubCommandsTest {

    private static final Path MODELS = SinterProcess.HOME.resolve("samples/models");
    private static final long SAFETENSORS = 6_064_376;

    @TempDir
    Path folder;

    private TinyHub hub;

    @BeforeEach
    void start() throws IOException {
        hub = new TinyHub(Map.of(
                "sinter/fiction", MODELS.resolve("bert-mini-fiction"),
                "sinter/reference", MODELS.resolve("bert-mini-reference"),
                "tiny/encoder", TinyModels.encoder(folder, "tiny-encoder", 8)));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private SinterProcess begin(Map<String, String> more, String... arguments) {
        List<String> command = new ArrayList<>(SinterProcess.command());
        command.replaceAll(word -> word.startsWith("-Dsinter.cache=") ? "-Dsinter.cache=" + cache() : word);
        command.addAll(List.of(arguments));
        Map<String, String> environment = new HashMap<>(hub.environment(folder));
        environment.putAll(more);
        return SinterProcess.start(folder, command, environment);
    }

    private SinterProcess.Result run(String... arguments) {
        return begin(Map.of(), arguments).await();
    }

    private Path cache() {
        return folder.resolve("cache");
    }

    private List<String> filesAsked() {
        return hub.requests.stream().filter(r -> r.contains("/resolve/")).toList();
    }

    @Test
    void inspect_downloadsOnce() {
        SinterProcess.Result first = run("inspect", "hf:sinter/fiction").exits(ExitCode.OK);
        int asked = filesAsked().size();
        SinterProcess.Result second =
                run("inspect", "hf:sinter/fiction", "--json").exits(ExitCode.OK);

        assertThat(first.out()).contains("checkpoint", "[6144, 192]");
        assertThat(first.err()).isEqualTo("sinter: downloading hf:sinter/fiction, 4 files of 6.2 MB");
        assertThat(second.json().path("path").asString())
                .isEqualTo(cache().resolve("hub/sinter--fiction/" + TinyHub.COMMIT + "/checkpoint")
                        .toString());
        assertThat(second.err()).isEmpty();
        assertThat(filesAsked()).hasSize(4).hasSize(asked);
    }

    @Test
    void merge_ofARecipeWithHubModels_isThatOfTheirFolders() throws IOException {
        String recipe = """
                models:
                  - {model: "%s"}
                  - {model: "%s"}
                body: %s
                combine: {method: average}
                """;
        Files.writeString(
                folder.resolve("hub.yaml"), recipe.formatted("hf:sinter/fiction", "hf:sinter/reference", "fiction"));
        Files.writeString(
                folder.resolve("here.yaml"),
                recipe.formatted(
                        MODELS.resolve("bert-mini-fiction"),
                        MODELS.resolve("bert-mini-reference"),
                        "bert-mini-fiction"));
        run("merge", "hub.yaml", "-o", "hub").exits(ExitCode.OK);
        run("merge", "here.yaml", "-o", "here").exits(ExitCode.OK);

        assertThat(Files.mismatch(folder.resolve("hub/model.onnx"), folder.resolve("here/model.onnx")))
                .isEqualTo(-1);
        hub.close();
        assertThat(begin(Map.of("HF_HUB_OFFLINE", "1"), "verify", "hub")
                        .await()
                        .exits(ExitCode.OK)
                        .out())
                .contains("baked = live");
    }

    @Test
    void merge_ofWholeCheckpoints_takesHubModels() throws IOException {
        Files.writeString(folder.resolve("linear.yaml"), """
                merge_method: linear
                models:
                  - {model: "hf:sinter/fiction", parameters: {weight: 0.5}}
                  - {model: "hf:sinter/reference", parameters: {weight: 0.5}}
                """);

        run("merge", "linear.yaml", "-o", "merged").exits(ExitCode.OK);

        assertThat(folder.resolve("merged/model.safetensors")).hasSize(SAFETENSORS);
    }

    @Test
    void offline_withoutTheModel_isAnErrorWithoutARequest() {
        assertThat(run("embed", "hf:tiny/encoder", "--offline", "a cat")
                        .exits(ExitCode.MISSING)
                        .err())
                .contains("hf:tiny/encoder", "the network may not be used");
        assertThat(hub.requests).isEmpty();
    }

    @Test
    void graph_ofARepositoryWithoutACheckpoint_isTaken() throws IOException {
        assertThat(run("inspect", "hf:tiny/encoder", "--graph")
                        .exits(ExitCode.OK)
                        .out())
                .contains("Gather");
        run("inspect", "hf:tiny/encoder/model.onnx", "--offline").exits(ExitCode.OK);
        assertThat(run("tokens", "hf:tiny/encoder", "hf:sinter/fiction")
                        .exits(ExitCode.OK)
                        .out())
                .contains("hf:tiny/encoder");
        assertThat(filesAsked()).noneMatch(r -> r.contains("safetensors"));
    }

    @Test
    void unknownModel_isMissing() {
        assertThat(run("inspect", "hf:sinter/poetry").exits(ExitCode.MISSING).err())
                .contains("sinter: hf:sinter/poetry: no such model or revision");
        assertThat(run("inspect", "hf:../../etc").exits(ExitCode.USAGE).err()).contains("expected hf:org/name");
    }

    @Test
    void proxy_ofTheEnvironment_isAsked() {
        // Nobody resolves this name: the proxy, which is the hub itself here, is asked for it.
        Map<String, String> behindAProxy = Map.of(
                "HF_ENDPOINT",
                "http://hub.invalid",
                "http_proxy",
                hub.environment(folder).getOrDefault("HF_ENDPOINT", ""));

        begin(behindAProxy, "inspect", "hf:tiny/encoder").await().exits(ExitCode.OK);
        hub.requests.clear();
        Map<String, String> exempt = new HashMap<>(behindAProxy);
        exempt.put("no_proxy", "localhost,.invalid");
        assertThat(begin(exempt, "inspect", "hf:tiny/encoder")
                        .await()
                        .exits(ExitCode.OK)
                        .err())
                .contains("cannot be asked")
                .contains(TinyHub.COMMIT);
        assertThat(hub.requests).isEmpty();
    }

    @Test
    void download_thatIsKilled_goesOnWhereItWas() throws Exception {
        hub.pauseMillis = 100;
        SinterProcess killed = begin(Map.of(), "inspect", "hf:sinter/fiction");
        awaitPart(1_000_000);
        killed.process().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        hub.pauseMillis = 0;

        SinterProcess.Result result = run("inspect", "hf:sinter/fiction").exits(ExitCode.OK);

        assertThat(result.err()).contains("MB are there)");
        assertThat(filesAsked().getLast()).matches(".*model.safetensors bytes=\\d{7}-");
        assertThat(cache().resolve("hub/sinter--fiction/partial")).isEmptyDirectory();
    }

    @Test
    void sameModel_forTwoProcesses_isDownloadedOnceAndTheSecondSaysThatItWaits() throws Exception {
        hub.pauseMillis = 50;
        SinterProcess first = begin(Map.of(), "inspect", "hf:sinter/fiction");
        awaitPart(1);
        SinterProcess second = begin(Map.of(), "inspect", "hf:sinter/fiction");

        first.await().exits(ExitCode.OK);
        assertThat(second.await().exits(ExitCode.OK).err())
                .isEqualTo("sinter: waiting for another process that makes hub/sinter--fiction in the cache");
        assertThat(filesAsked()).hasSize(4);
    }

    @Test
    void processThatIsKilled_leavesNoLock() throws Exception {
        hub.pauseMillis = 200;
        SinterProcess first = begin(Map.of(), "inspect", "hf:sinter/fiction");
        awaitPart(1_000);
        SinterProcess second = begin(Map.of(), "inspect", "hf:sinter/fiction");
        first.process().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        hub.pauseMillis = 0;

        second.await().exits(ExitCode.OK);
    }

    private void awaitPart(long bytes) throws IOException, InterruptedException {
        Path parts = cache().resolve("hub/sinter--fiction/partial");
        for (int i = 0; i < 2_000; i++) {
            if (Files.isDirectory(parts)) {
                try (Stream<Path> files = Files.list(parts)) {
                    if (files.anyMatch(
                            p -> p.toString().endsWith(".part") && p.toFile().length() >= bytes)) {
                        return;
                    }
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("nothing arrived");
    }
}
