package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.io.WriteOptions.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose data is elsewhere is read only if the user says so, and then it runs. */
class LinksCommandTest {

    @TempDir
    Path folder;

    @Test
    void followLinks_readsAndRunsWhatIsRefusedWithoutIt() throws IOException {
        Path model = linked();

        SinterProcess.Result refused = SinterProcess.run(folder, "inspect", model.toString());
        refused.exits(ExitCode.MALFORMED);
        assertThat(refused.err())
                .contains("a symbolic link leads out of the model's folder")
                .contains("if you trust the model, allow links: --follow-links");
        SinterProcess.run(folder, "inspect", "--follow-links", model.toString()).exits(ExitCode.OK);
        SinterProcess.run(
                        folder,
                        "--follow-links",
                        "embed",
                        "--pooling",
                        "mean",
                        model.toString(),
                        "the cat",
                        "-o",
                        folder.resolve("v.npy").toString())
                .exits(ExitCode.OK);
    }

    /** A model with its data outside, behind a symbolic link. */
    private Path linked() throws IOException {
        Path model = TinyModels.encoder(folder, "tiny", 8).resolve("model.onnx");
        WriteOptions external =
                WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL).withExternalThreshold(0);
        OnnxWriter.write(OnnxReader.read(model), model, external);
        Path data = Files.move(model.resolveSibling("model.onnx.data"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(model.resolveSibling("model.onnx.data"), data);
        return folder.resolve("tiny");
    }
}
