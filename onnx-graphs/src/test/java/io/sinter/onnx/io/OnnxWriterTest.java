package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.everything;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.OutputException;
import io.sinter.onnx.io.WriteOptions.Placement;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files appear whole or not at all, in place of what was there, with the same bytes for the same model. */
class OnnxWriterTest {

    private static final WriteOptions ALL_EXTERNAL =
            WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL).withExternalThreshold(0);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("model.onnx");
    }

    @Test
    void model_written_hasTheBytesAndTheSizeThatItsBytesHave() throws IOException {
        Model model = OnnxReader.read(everything().build().toByteArray());

        OnnxWriter.write(model, file, WriteOptions.DEFAULT);

        assertThat(file).hasBinaryContent(OnnxWriter.toBytes(model)).hasSize(OnnxWriter.size(model));
        assertThat(names()).containsExactly("model.onnx");
    }

    @Test
    void externalData_isAlignedAndEqual() throws IOException {
        byte[] bytes = everything().build().toByteArray();

        OnnxWriter.write(OnnxReader.read(bytes), file, ALL_EXTERNAL.withAlignment(64));

        assertThat(names()).containsExactly("model.onnx", "model.onnx.data");
        assertThat(folder.resolve("model.onnx.data")).hasSize(64 * 3 + 8);
        assertThat(CanonicalModel.of(file)).isEqualTo(CanonicalModel.of(bytes));
    }

    @Test
    void model_beyondTheLimit_goesExternalByItself() throws IOException {
        Model model = tableModel(4096);

        OnnxWriter.write(model, file, WriteOptions.DEFAULT, OnnxWriter.size(model));
        assertThat(names()).containsExactly("model.onnx");

        OnnxWriter.write(model, file, WriteOptions.DEFAULT, OnnxWriter.size(model) - 1);
        assertThat(names()).containsExactly("model.onnx", "model.onnx.data");
        assertThat(table(OnnxReader.read(file)).contentEquals(table(model))).isTrue();
    }

    @Test
    void threshold_keepsSmallConstantsInTheModel() throws IOException {
        Model model = tableModel(1024);
        model.graph().addInitializer("small", TensorData.vector(1f, 2f));

        OnnxWriter.write(model, file, WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL));

        assertThat(folder.resolve("model.onnx.data")).hasSize(4096);
        assertThat(CanonicalModel.of(file)).isEqualTo(CanonicalModel.of(OnnxWriter.toBytes(model)));
    }

    @Test
    void externalData_withNothingLargeEnough_isOneFile() throws IOException {
        OnnxWriter.write(
                OnnxReader.read(model(sum()).build().toByteArray()),
                file,
                WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL));

        assertThat(names()).containsExactly("model.onnx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMBEDDED", "EXTERNAL"})
    void file_thatTheModelIsReadFrom_canBeReplaced(Placement placement) throws IOException {
        WriteOptions options = WriteOptions.DEFAULT.withPlacement(placement);
        OnnxWriter.write(tableModel(100_000), file, options);
        Model mapped = OnnxReader.read(file);
        TensorData old = table(mapped);
        TensorData changed = TensorData.of(old.shape(), new float[100_000]);
        mapped.graph().setInitializer(Objects.requireNonNull(mapped.graph().value("table")), changed);

        OnnxWriter.write(mapped, file, options);

        assertThat(table(OnnxReader.read(file)).toFloatArray()).containsOnly(0f);
        assertThat(old.toFloatArray()).as("the mapping of the old file").endsWith(99_998f, 99_999f);
    }

    @Test
    void externalData_thatDiffers_isNeverReplacedInPlace() throws IOException {
        WriteOptions options = ALL_EXTERNAL.withLocation("w.data");
        OnnxWriter.write(tableModel(2000), file, options);
        Path before = Files.copy(file, folder.resolve("before.onnx"));

        OnnxWriter.write(tableModel(3000), file, options);

        assertThat(names())
                .hasSize(4)
                .contains("before.onnx", "model.onnx", "w.data")
                .anyMatch(name -> name.matches("w\\.[0-9a-f]{8}\\.data"));
        assertThat(table(OnnxReader.read(file)).contentEquals(table(tableModel(3000))))
                .isTrue();
        assertThat(table(OnnxReader.read(before)).contentEquals(table(tableModel(2000))))
                .isTrue();
    }

    @Test
    void externalData_ofAnEarlierVersion_isDeletedOnceItIsNotNeeded() throws IOException {
        OnnxWriter.write(tableModel(2000), file, ALL_EXTERNAL);

        OnnxWriter.write(tableModel(3000), file, ALL_EXTERNAL);
        assertThat(names()).hasSize(2).anyMatch(name -> name.matches("model\\.onnx\\.[0-9a-f]{8}\\.data"));
        assertThat(table(OnnxReader.read(file)).shape()).containsExactly(3000L);

        OnnxWriter.write(tableModel(2000), file, ALL_EXTERNAL);
        assertThat(names()).containsExactly("model.onnx", "model.onnx.data");
        assertThat(table(OnnxReader.read(file)).shape()).containsExactly(2000L);
    }

    @Test
    void sameModel_writtenTwice_hasTheSameBytesAndNames() throws IOException {
        OnnxWriter.write(tableModel(2000), file, ALL_EXTERNAL);
        byte[] model = Files.readAllBytes(file);
        byte[] data = Files.readAllBytes(folder.resolve("model.onnx.data"));

        OnnxWriter.write(OnnxReader.read(file), file, ALL_EXTERNAL);

        assertThat(names()).containsExactly("model.onnx", "model.onnx.data");
        assertThat(file).hasBinaryContent(model);
        assertThat(folder.resolve("model.onnx.data")).hasBinaryContent(data);
    }

    @Test
    void location_isUsedAndChecked() throws IOException {
        OnnxWriter.write(tableModel(2000), file, ALL_EXTERNAL.withLocation("weights.bin"));
        assertThat(names()).containsExactly("model.onnx", "weights.bin");

        for (String bad : List.of("", ".", "..", "a/b", "a\\b", "/a", "C:a")) {
            assertThatIllegalArgumentException().isThrownBy(() -> ALL_EXTERNAL.withLocation(bad));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OnnxWriter.write(tableModel(2000), file, ALL_EXTERNAL.withLocation("model.onnx")));
    }

    @Test
    void progress_addsUpToTheBytesWritten() throws IOException {
        AtomicLong written = new AtomicLong();
        TensorData table = TensorData.allocate(DType.FLOAT, List.of(5_000_000L));
        Model model = tableModel(table);

        OnnxWriter.write(model, file, WriteOptions.DEFAULT.withProgress(written::addAndGet));
        assertThat(written.getAndSet(0)).isEqualTo(Files.size(file));

        OnnxWriter.write(model, file, ALL_EXTERNAL.withProgress(written::addAndGet));
        assertThat(written).hasValue(Files.size(file) + Files.size(folder.resolve("model.onnx.data")));
    }

    @Test
    void failureWhileWriting_leavesTheOldFilesAndNothingElse() throws IOException {
        OnnxWriter.write(tableModel(2000), file, ALL_EXTERNAL);
        byte[] before = Files.readAllBytes(file);
        AtomicLong written = new AtomicLong();
        WriteOptions failing = ALL_EXTERNAL.withProgress(bytes -> {
            if (written.addAndGet(bytes) > 4000) {
                throw new UncheckedIOException(new IOException("the disk is full"));
            }
        });

        assertThatThrownBy(() -> OnnxWriter.write(tableModel(3000), file, failing))
                .hasMessageContaining("the disk is full");

        assertThat(names()).containsExactly("model.onnx", "model.onnx.data");
        assertThat(file).hasBinaryContent(before);
        assertThat(table(OnnxReader.read(file)).shape()).containsExactly(2000L);
    }

    @Test
    void target_thatCannotBeWritten_isAnOutputError() {
        Model model = tableModel(10);

        assertThatThrownBy(() -> OnnxWriter.write(model, folder, WriteOptions.DEFAULT))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining(folder.toString());
        assertThatThrownBy(() -> OnnxWriter.write(model, folder.resolve("no/model.onnx"), WriteOptions.DEFAULT))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void symbolicLink_asTarget_isReplacedAndNotFollowed() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "untouched");
        Files.createSymbolicLink(file, elsewhere);

        OnnxWriter.write(tableModel(10), file, WriteOptions.DEFAULT);

        assertThat(elsewhere).hasContent("untouched");
        assertThat(file).isRegularFile();
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }

    /** A file of 3 GB, most of which is a hole that takes no space on the disk. */
    @Test
    void file_beyond2GB_isRead() throws IOException {
        long length = 3L << 30;
        Path hole = folder.resolve("hole");
        try (RandomAccessFile sparse = new RandomAccessFile(hole.toFile(), "rw")) {
            sparse.setLength(length);
        }
        TensorData table = new TensorData(DType.UINT8, List.of(length), MappedFile.map(hole));
        Model model = tableModel(table);
        model.graph().addInitializer("last", TensorData.vector(1f, 2f));
        TensorEncoder tensors = new TensorEncoder(ExternalLayout.NONE);
        byte[] skeleton = new ModelEncoder(tensors).model(model).toByteArray();
        RawDataSplicer message =
                new RawDataSplicer(MemorySegment.ofArray(skeleton), tensors::elements, file.toString());
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (MemorySegment piece : message.pieces()) {
                if (piece.byteSize() == length) {
                    out.position(out.position() + length);
                } else {
                    out.write(ByteBuffer.wrap(piece.toArray(ValueLayout.JAVA_BYTE)));
                }
            }
        }

        Model read = OnnxReader.read(file);

        assertThat(table(read).data().byteSize()).isEqualTo(length);
        assertThat(Objects.requireNonNull(read.graph().value("last")).initializer())
                .matches(last -> last.contentEquals(TensorData.vector(1f, 2f)));
        assertThatThrownBy(() -> OnnxWriter.toBytes(read)).hasMessageContaining("a protobuf holds at most 2 GB");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** {@code y = Identity(table)} with float32 0, 1, 2, .... */
    private static Model tableModel(int elements) {
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = i;
        }
        return tableModel(TensorData.of(List.of((long) elements), values));
    }

    private static Model tableModel(TensorData data) {
        Graph graph = new Graph("main");
        Value table = graph.addInitializer("table", data);
        Node node = graph.addNode(new Node("", "Identity", List.of(table), Map.of()), List.of("y"));
        graph.addOutput(node.output());
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return model;
    }

    private static TensorData table(Model model) {
        Value table = Objects.requireNonNull(model.graph().value("table"));
        return Objects.requireNonNull(table.initializer());
    }
}
