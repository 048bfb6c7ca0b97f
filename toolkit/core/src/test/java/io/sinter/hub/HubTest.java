package io.sinter.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.hub.HubTesting.Told;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubTest {

    private static final HubModel MODEL = HubModel.parse("hf:org/tiny");
    private static final byte[] WEIGHTS = new byte[300_000];
    private static final String VIEW = "hub/org--tiny/" + TestHub.COMMIT + "/checkpoint";

    @TempDir
    Path folder;

    private TestHub server;
    private final Told told = new Told();

    @BeforeEach
    void start() throws IOException {
        new Random(20_261_123).nextBytes(WEIGHTS);
        server = new TestHub("org/tiny")
                .with("config.json", "{\"model_type\": \"bert\"}")
                .with("tokenizer.json", "{}")
                .with("model.safetensors", WEIGHTS)
                .with("onnx/model.onnx", new byte[] {1, 2, 3})
                .with("onnx/model.onnx_data", new byte[] {4, 5})
                .with("1_Pooling/config.json", "{}")
                .with("modules.json", "[]")
                .with("README.md", "---\nlicense: mit\n---\n")
                .with("training/notes.txt", "not needed");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HubSettings settings() {
        return HubTesting.settings(server.address(), folder);
    }

    private Path locate(String name, Wanted wanted) {
        return HubTesting.hub(settings(), folder, told).locate(HubModel.parse(name), wanted);
    }

    private Path locate() {
        return locate("hf:org/tiny", Wanted.CHECKPOINT);
    }

    private static List<String> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(p -> root.relativize(p).toString())
                    .sorted()
                    .toList();
        }
    }

    private void assertIsTheCheckpoint(Path model) throws IOException {
        assertThat(model).isEqualTo(folder.resolve("cache").resolve(VIEW));
        assertThat(files(model))
                .containsExactly(
                        "1_Pooling/config.json",
                        "README.md",
                        "config.json",
                        "model.safetensors",
                        "modules.json",
                        "tokenizer.json");
        assertThat(Files.mismatch(model.resolve("model.safetensors"), Files.write(folder.resolve("w"), WEIGHTS)))
                .isEqualTo(-1);
        assertThat(folder.resolve("cache/hub/org--tiny/partial")).isEmptyDirectory();
    }

    @Test
    void checkpoint_ofARepositoryWithAGraphToo_isWhatIsNeededAndNoMore() throws IOException {
        assertIsTheCheckpoint(locate());

        assertThat(server.requestsOf("onnx")).isEmpty();
        assertThat(told.bytes).hasValue(WEIGHTS.length + 22 + 2 + 2 + 2 + 21);
        assertThat(told.notes).hasSize(1).first().asString().contains("downloading hf:org/tiny, 6 files of 0.3 MB");
    }

    @Test
    void graph_bringsItsExternalData_andNoCheckpoint() throws IOException {
        Path model = locate("hf:org/tiny", Wanted.GRAPH);

        assertThat(files(model))
                .contains("onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json")
                .doesNotContain("model.safetensors");
    }

    @Test
    void tokenizer_bringsNoWeights() throws IOException {
        assertThat(files(locate("hf:org/tiny", Wanted.TOKENIZER)))
                .contains("tokenizer.json", "config.json")
                .noneMatch(f -> f.contains("model."));
    }

    @Test
    void namedFile_isThatFileWithWhatStandsBesideIt() throws IOException {
        Path graph = locate("hf:org/tiny/onnx/model.onnx@v1", Wanted.CHECKPOINT);

        assertThat(graph).endsWith(Path.of("onnx/model.onnx")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(graph.resolveSibling("model.onnx_data")).exists();
        assertThat(graph.resolveSibling("../config.json")).exists();
    }

    @Test
    void namedFile_thatIsNotThere_saysWhatIs() {
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(() -> locate("hf:org/tiny/model_int8.onnx", Wanted.CHECKPOINT))
                .withMessageContaining("no such file")
                .withMessageContaining("onnx/model.onnx");
    }

    @Test
    void secondView_takesFilesOfTheFirst() {
        locate();
        server.requests.clear();

        locate("hf:org/tiny", Wanted.GRAPH);

        assertThat(server.requestsOf("/resolve/")).hasSize(2).allMatch(r -> r.contains("onnx"));
    }

    @Test
    void shards_areThoseOfTheIndex() throws IOException {
        server.close();
        server = new TestHub("org/tiny")
                .with("config.json", "{}")
                .with("model.safetensors.index.json", """
                        {"metadata": {}, "weight_map": {"a": "a.safetensors", "b": "b.safetensors", "c": "a.safetensors"}}""")
                .with("a.safetensors", "first")
                .with("b.safetensors", "second")
                .with("c.safetensors", "of another model");

        assertThat(files(locate()))
                .containsExactly("a.safetensors", "b.safetensors", "config.json", "model.safetensors.index.json");
    }

    @Test
    void shard_thatIsNotListed_isNamed() {
        server.with("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"../../gone.safetensors\"}}");
        server.listing = server.usualListing().replace("\"model.safetensors\"", "\"other.safetensors\"");

        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("../../gone.safetensors");
        assertThat(folder.resolve("cache/hub/gone.safetensors")).doesNotExist();
    }

    @Test
    void pickles_areRefusedWithAWayOut() throws IOException {
        server.close();
        server = new TestHub("org/tiny").with("config.json", "{}").with("pytorch_model.bin", "code");

        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("pytorch_model.bin is there")
                .withMessageContaining("save it as safetensors");
        assertThat(server.requestsOf("/resolve/")).isEmpty();
    }

    @Test
    void connection_cutInTheMiddle_goesOnWhereItWas() throws IOException {
        server.fails("model.safetensors", TestHub.cutAfter(100_000), TestHub.cutAfter(50_000));

        assertIsTheCheckpoint(locate());

        List<String> asked = server.requestsOf("model.safetensors");
        assertThat(asked).hasSize(3);
        assertThat(asked.get(1)).contains("bytes=100000-").contains("| \"" + TestHub.sha("SHA-256", WEIGHTS));
        assertThat(asked.get(2)).contains("bytes=150000-");
        assertThat(told.bytes).hasValue(WEIGHTS.length + 49);
    }

    @Test
    void connection_thatIsCutAgainAndAgain_isAnErrorAndWhatArrivedIsKept() throws IOException {
        server.fails(
                "model.safetensors",
                TestHub.cutAfter(100_000),
                TestHub.cutAfter(0),
                TestHub.cutAfter(0),
                TestHub.cutAfter(0));

        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("hf:org/tiny")
                .withMessageContaining("100000 of 300000 bytes")
                .withMessageContaining("what has arrived is kept");
        server.requests.clear();
        assertIsTheCheckpoint(locate());
        assertThat(server.requestsOf("model.safetensors"))
                .hasSize(1)
                .first()
                .asString()
                .contains("bytes=100000-");
        assertThat(told.notes.getLast()).contains("(0.1 MB are there)");
    }

    @Test
    void file_thatChangedSinceItBegan_startsAgain() throws IOException {
        locateBroken();
        Path part = onlyPart();
        Files.writeString(part.resolveSibling(part.getFileName() + ".etag"), "\"another version\"");

        assertIsTheCheckpoint(locate());
    }

    @Test
    void part_thatIsDamaged_startsAgain() throws IOException {
        locateBroken();
        Files.write(onlyPart(), new byte[1000]);

        assertIsTheCheckpoint(locate());
    }

    private void locateBroken() {
        server.fails(
                "model.safetensors",
                TestHub.cutAfter(1000),
                TestHub.cutAfter(0),
                TestHub.cutAfter(0),
                TestHub.cutAfter(0));
        assertThatExceptionOfType(MissingException.class).isThrownBy(this::locate);
    }

    private Path onlyPart() throws IOException {
        try (Stream<Path> parts = Files.list(folder.resolve("cache/hub/org--tiny/partial"))) {
            return parts.filter(p -> p.toString().endsWith(".part")).findFirst().orElseThrow();
        }
    }

    @Test
    void content_damagedOnce_isAskedForAgain() throws IOException {
        server.fails("model.safetensors", TestHub.damaged()).fails("config.json", TestHub.damaged());

        assertIsTheCheckpoint(locate());
    }

    @Test
    void content_damagedTwice_isRefused() {
        server.fails("model.safetensors", TestHub.damaged(), TestHub.damaged());

        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("hf:org/tiny/model.safetensors")
                .withMessageContaining("SHA-256 " + TestHub.sha("SHA-256", WEIGHTS));
        assertThat(folder.resolve("cache").resolve(VIEW).resolve("model.safetensors"))
                .doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void content_longerThanAnnounced_isRefused(boolean lengthIsSaid) {
        byte[] longer = new byte[WEIGHTS.length + 1];
        server.fails("model.safetensors", (exchange, content) -> {
            exchange.sendResponseHeaders(200, lengthIsSaid ? longer.length : 0);
            try (var body = exchange.getResponseBody()) {
                body.write(longer);
            }
        });

        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("more than the 300000 bytes");
    }

    @Test
    void content_shorterThanAnnounced_isCompleted() throws IOException {
        server.fails("model.safetensors", (exchange, content) -> {
            exchange.sendResponseHeaders(200, 10);
            try (var body = exchange.getResponseBody()) {
                body.write(content, 0, 10);
            }
        });

        assertIsTheCheckpoint(locate());
    }

    @Test
    void silence_isNotWaitedForForever() throws IOException {
        server.fails("model.safetensors", TestHub.silentAfter(70_000));

        assertIsTheCheckpoint(locate());
        assertThat(server.requestsOf("model.safetensors").getLast()).contains("bytes=");
    }

    @Test
    void busyHub_isAskedAgainWhenItSays() throws IOException {
        long start = System.nanoTime();
        server.fails("", TestHub.status(429, "Retry-After", "1")).fails("config.json", TestHub.status(503));

        assertIsTheCheckpoint(locate());

        assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);
    }

    @Test
    void busyHub_thatAsksForHours_isNotWaitedFor() {
        server.fails("", TestHub.status(429, "Retry-After", "7200"));

        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("429");
    }

    @Test
    void brokenHub_thatRecovers_isFine() throws IOException {
        server.fails("", TestHub.status(500), TestHub.status(502))
                .fails("model.safetensors", TestHub.status(500), TestHub.status(504));

        assertIsTheCheckpoint(locate());
    }

    @Test
    void redirection_toAnotherHost_goesWithoutTheToken() throws IOException {
        try (TestHub storage = new TestHub("org/tiny").with("model.safetensors", WEIGHTS)) {
            String place = storage.address() + "/org/tiny/resolve/" + TestHub.COMMIT + "/model.safetensors?signature=x";
            server.fails(
                    "model.safetensors",
                    TestHub.status(302, "Location", "/org/tiny/resolve/" + TestHub.COMMIT + "/model.safetensors"),
                    TestHub.status(302, "Location", place));

            assertIsTheCheckpoint(HubTesting.hub(HubTesting.withToken(settings()), folder, told)
                    .locate(MODEL, Wanted.CHECKPOINT));

            assertThat(server.requests).allMatch(r -> r.contains("Bearer hf_secret"));
            assertThat(server.requestsOf("model.safetensors")).hasSize(2);
            assertThat(storage.requests).hasSize(1).noneMatch(r -> r.contains("Bearer"));
        }
    }

    @Test
    void redirections_inACircle_end() {
        TestHub.Fault circle =
                TestHub.status(302, "Location", "/org/tiny/resolve/" + TestHub.COMMIT + "/model.safetensors");
        server.fails(
                "model.safetensors", Stream.generate(() -> circle).limit(44).toArray(TestHub.Fault[]::new));

        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("more than 10 redirections");
    }

    @Test
    void redirection_toAFile_isNotFollowed() {
        server.fails("model.safetensors", TestHub.status(302, "Location", "file:///etc/passwd"));

        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("is not followed");
    }

    @Test
    void unknownModel_saysToCheckTheNameAndTheToken() {
        server.fails("", TestHub.status(401, "X-Error-Code", "RepoNotFound"));
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("hf:org/tiny: no such public model")
                .withMessageContaining("HF_TOKEN");
    }

    @Test
    void wrongToken_isNotPrinted() {
        server.fails("", TestHub.status(401));
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(() -> HubTesting.hub(HubTesting.withToken(settings()), folder, told)
                        .locate(MODEL, Wanted.CHECKPOINT))
                .withMessageContaining("does not take the token")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hf_secret"));
    }

    @Test
    void gatedModel_saysWhereItsConditionsAre() {
        server.fails("model.safetensors", TestHub.status(403, "X-Error-Code", "GatedRepo"));
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("accept its conditions at " + server.address() + "/org/tiny")
                .withMessageContaining("GatedRepo");
    }

    @Test
    void unknownRevision_isNamed() {
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(() -> locate("hf:org/tiny@v9", Wanted.CHECKPOINT))
                .withMessageContaining("no revision \"v9\"");
    }

    @Test
    void unknownRepository_isNamed() {
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(() -> locate("hf:org/other", Wanted.CHECKPOINT))
                .withMessageContaining("\"org/other\"");
    }

    @Test
    void revision_withSlashes_isOneName() throws IOException {
        locate("hf:org/tiny@refs/pr/1", Wanted.CHECKPOINT);

        assertThat(server.requests.getFirst()).contains("/revision/refs%2Fpr%2F1?blobs=true");
        assertThat(folder.resolve("cache/hub/org--tiny/refs/refs%2Fpr%2F1")).hasContent(TestHub.COMMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "/etc/evil",
                "a/../../evil",
                "a\\\\evil",
                "evil\\u0000.json",
                "a//evil",
                "",
                ".",
                "C:evil"
            })
    void listing_withAPathThatLeadsOut_isRefusedWhole(String path) throws IOException {
        server.listing = server.usualListing().replace("training/notes.txt", path);

        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("not to be trusted");
        assertThat(server.requestsOf("/resolve/")).isEmpty();
        assertThat(folder.resolve("cache/hub/org--tiny")).doesNotExist();
    }

    @Test
    void listing_thatIsWrong_isRefused() {
        String usual = server.usualListing();
        for (String wrong : List.of(
                usual.replace(TestHub.COMMIT, "../../up"),
                usual.replace("\"size\": 300000", "\"size\": -1"),
                usual.replace("\"size\": 300000", "\"size\": 99999999999999999999"),
                usual.replace("\"size\": 300000", "\"size\": \"many\""),
                usual.replace(TestHub.sha("SHA-256", WEIGHTS), "../x"),
                usual.replace("training/notes.txt", "config.json"),
                usual.substring(0, 50),
                "[]",
                "{\"sha\": \"" + TestHub.COMMIT + "\"}")) {
            server.listing = wrong;
            assertThatExceptionOfType(MalformedException.class).isThrownBy(this::locate);
        }
        assertThat(server.requestsOf("/resolve/")).isEmpty();
    }

    @Test
    void listing_ofTooManyFiles_isRefused() {
        server.listing = "{\"sha\": \"%s\", \"siblings\": [%s]}"
                .formatted(
                        TestHub.COMMIT,
                        IntStream.range(0, 100_001)
                                .mapToObj(i -> "{\"rfilename\":\"%d\",\"size\":1}".formatted(i))
                                .collect(Collectors.joining(",")));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("100001 files");
    }

    @Test
    void file_largerThanTheDisk_isRefusedBeforeAnythingIsAsked() {
        server.listing = server.usualListing().replace("\"size\": 300000", "\"size\": 1000000000000000");

        assertThatExceptionOfType(io.sinter.error.OutputException.class)
                .isThrownBy(this::locate)
                .withMessageContaining("1000000000000")
                .withMessageContaining("SINTER_CACHE");
        assertThat(server.requestsOf("/resolve/")).isEmpty();
    }

    @Test
    void offline_afterOneDownload_needsNoHub() throws IOException {
        locate();
        server.requests.clear();

        Path again = HubTesting.hub(settings().offline(), folder, told).locate(MODEL, Wanted.CHECKPOINT);

        assertIsTheCheckpoint(again);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void offline_withoutACache_saysSo() {
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(
                        () -> HubTesting.hub(settings().offline(), folder, told).locate(MODEL, Wanted.CHECKPOINT))
                .withMessageContaining("the network may not be used");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void offline_withPartOfIt_namesWhatIsMissing() {
        locate("hf:org/tiny", Wanted.TOKENIZER);

        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(
                        () -> HubTesting.hub(settings().offline(), folder, told).locate(MODEL, Wanted.CHECKPOINT))
                .withMessageContaining("model.safetensors");
    }

    @Test
    void hub_thatIsGone_leavesTheCommitOfTheLastTime() throws IOException {
        locate();
        server.close();

        assertIsTheCheckpoint(locate());
        assertThat(told.notes.getLast()).contains("cannot be asked").contains(TestHub.COMMIT);
    }

    @Test
    void hub_thatIsGone_withoutACache_isAnError() {
        URI nobody = server.address();
        server.close();
        assertThatExceptionOfType(MissingException.class)
                .isThrownBy(() -> HubTesting.hub(HubTesting.settings(nobody, folder), folder, told)
                        .locate(MODEL, Wanted.CHECKPOINT))
                .withMessageContaining(nobody.toString())
                .withMessageContaining("HTTPS_PROXY");
    }

    @Test
    void commit_thatIsThere_isNotAskedFor() throws IOException {
        locate("hf:org/tiny@" + TestHub.COMMIT, Wanted.CHECKPOINT);
        server.requests.clear();

        assertIsTheCheckpoint(locate("hf:org/tiny@" + TestHub.COMMIT, Wanted.CHECKPOINT));
        assertThat(server.requests).isEmpty();
    }

    @Test
    void file_thatLostBytes_isBroughtAgain() throws IOException {
        Files.write(locate().resolve("model.safetensors"), new byte[3]);

        assertIsTheCheckpoint(locate());
    }

    @Test
    void sameModel_forManyAtOnce_isDownloadedOnce() throws Exception {
        List<Callable<Path>> calls =
                Stream.<Callable<Path>>generate(() -> this::locate).limit(6).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (Future<Path> result : threads.invokeAll(calls)) {
                assertIsTheCheckpoint(result.get());
            }
        }
        assertThat(server.requestsOf("/resolve/")).hasSize(6);
    }

    @Test
    void oneHub_asksForAModelOnce() {
        Hub hub = HubTesting.hub(settings(), folder, told);
        hub.locate(MODEL, Wanted.CHECKPOINT);
        server.requests.clear();

        hub.locate(MODEL, Wanted.CHECKPOINT);

        assertThat(server.requests).isEmpty();
    }

    @Test
    void cacheOfHuggingFace_isUsedAndLeftAsItIs() throws IOException {
        Path theirs = snapshot();

        assertIsTheCheckpoint(locate());

        assertThat(server.requestsOf("/resolve/")).hasSize(5).noneMatch(r -> r.contains("model.safetensors"));
        assertThat(files(theirs)).hasSize(3);
    }

    @Test
    void cacheOfHuggingFace_offline_isEnough() throws IOException {
        snapshot();

        Path model = HubTesting.hub(settings().offline(), folder, told).locate(MODEL, Wanted.CHECKPOINT);

        assertThat(files(model)).containsExactly("model.safetensors");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void cacheOfHuggingFace_withDamage_isNotUsed() throws IOException {
        Path blob = snapshot().resolve("blobs").resolve(TestHub.sha("SHA-256", WEIGHTS));
        byte[] other = WEIGHTS.clone();
        other[7]++;
        Files.write(blob, other);

        assertIsTheCheckpoint(locate());
        assertThat(blob).hasBinaryContent(other);
    }

    /** What Hugging Face's library leaves of the weights: a blob, a link to it, and the branch's commit. */
    private Path snapshot() throws IOException {
        Path root = Files.createDirectories(folder.resolve("huggingface/models--org--tiny"));
        Path blobs = Files.createDirectories(root.resolve("blobs"));
        Path snapshot = Files.createDirectories(root.resolve("snapshots").resolve(TestHub.COMMIT));
        String name = TestHub.sha("SHA-256", WEIGHTS);
        Files.write(blobs.resolve(name), WEIGHTS);
        Files.createSymbolicLink(
                snapshot.resolve("model.safetensors"), Path.of("../../blobs").resolve(name));
        Files.createDirectories(root.resolve("refs"));
        Files.writeString(root.resolve("refs/main"), TestHub.COMMIT);
        return root;
    }
}
