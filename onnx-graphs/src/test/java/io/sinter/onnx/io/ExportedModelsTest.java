package io.sinter.onnx.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.io.WriteOptions.Placement;
import io.sinter.onnx.ir.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of several exporters, read and written: the same protobuf, and bit-equal outputs in ONNX Runtime. */
class ExportedModelsTest {

    private static final List<String> FAMILIES = List.of("bert_base", "roberta_base", "albert_base");
    private static final List<String> VARIANTS = List.of(
            "model",
            "model_dynamo",
            "model_external",
            "model_fp16",
            "model_int8",
            "model_ort_extended",
            "model_ort_fused");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("files")
    void export_readAndWritten_isTheSameProtobuf(Path file) throws Exception {
        Path copy = folder.resolve("copy.onnx");

        OnnxWriter.write(OnnxReader.read(file), copy, WriteOptions.DEFAULT);

        assertThat(CanonicalModel.of(copy)).isEqualTo(CanonicalModel.of(file));
    }

    @ParameterizedTest
    @MethodSource("files")
    void export_readAndWritten_computesTheSameBits(Path file) throws Exception {
        Path copy = folder.resolve("copy.onnx");

        OnnxWriter.write(OnnxReader.read(file), copy, WriteOptions.DEFAULT);

        assertThat(OrtOutputs.of(copy, 42)).isNotEmpty().isEqualTo(OrtOutputs.of(file, 42));
    }

    @ParameterizedTest
    @MethodSource("files")
    void export_writtenWithExternalData_computesTheSameBits(Path file) throws Exception {
        Path copy = folder.resolve("copy.onnx");
        Model model = OnnxReader.read(file);

        OnnxWriter.write(model, copy, WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL));

        assertThat(folder.resolve("copy.onnx.data")).isNotEmptyFile();
        assertThat(OrtOutputs.of(copy, 43)).isNotEmpty().isEqualTo(OrtOutputs.of(file, 43));
        assertThat(CanonicalModel.of(copy)).isEqualTo(CanonicalModel.of(file));
    }

    static Stream<Path> files() {
        return FAMILIES.stream().flatMap(family -> VARIANTS.stream().map(variant -> file(family, variant)));
    }

    private static Path file(String family, String variant) {
        String name = family + "/" + variant + ".onnx";
        return Path.of(Objects.requireNonNull(ExportedModelsTest.class.getResource(name), name)
                .getPath());
    }
}
