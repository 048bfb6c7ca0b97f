package io.sinter.source;

import io.sinter.error.MissingException;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A model that was found on the disk. Weights are mapped, not copied; an ONNX graph is read when asked for. */
public sealed interface ModelSource permits GraphSource, CheckpointSource, TensorSource, WordVectorsSource {

    /** Files that are models, for messages. */
    String FILES = "an .onnx or a .safetensors file, or word vectors (.vec, .txt, .bin or .w2v, also with .gz)";

    /** Why weights of PyTorch's own format are not opened, and what to do. */
    String PICKLED =
            "pytorch_model.bin is there, a pickle, which runs code when it is opened: save it as safetensors (in Python: AutoModel.from_pretrained(MODEL).save_pretrained(DIR)), or take a revision that has them";

    /** What the user named. */
    Path path();

    /** What it is, in words. */
    String kind();

    /** The files beside the weights. */
    Companions companions();

    /** The files with the weights, in a fixed order. */
    List<Path> weightFiles();

    /**
     * The token-embedding table.
     *
     * @throws MissingException if there is none
     * @throws io.sinter.error.UnsupportedException if several tensors could be the one
     */
    SourceTable table();

    /**
     * The tokens and ids, each the number of a row of the table; rows beyond them are padding.
     *
     * @throws io.sinter.error.UnsupportedException if there is a vocabulary, but of a tokenizer that is not known
     */
    default Optional<Vocabulary> vocabulary() {
        return companions().vocabulary();
    }

    /**
     * How texts are cut into these tokens, if that is known.
     *
     * @throws io.sinter.error.UnsupportedException if none is built for the model's class of tokenizer
     */
    default Optional<TokenizerJson> findTokenizer() {
        return companions().findTokenizer();
    }

    /** Whether there is something to make a tokenizer of. */
    default boolean hasTokenizer() {
        return !companions().tokenizerFiles().isEmpty();
    }

    /** What was tolerated while reading, for users. */
    default List<String> notes() {
        return List.of();
    }

    /** All files that make the model: weights, then those beside them. */
    default List<Path> files() {
        return Stream.concat(weightFiles().stream(), companions().files().stream())
                .distinct()
                .toList();
    }

    /**
     * Opens a directory in Hugging Face layout, an {@code .onnx} file, a {@code .safetensors} file or word vectors. A directory with a
     * graph ({@code model.onnx} or {@code onnx/model.onnx}) is a {@link GraphSource}, which has the checkpoint too if
     * that is there; one with weights only is a {@link CheckpointSource}.
     *
     * @throws MissingException if there is nothing, or no model in it; says what was looked for
     * @throws io.sinter.error.MalformedException if a file is not as it should be
     */
    static ModelSource open(Path path) {
        if (Files.isDirectory(path)) {
            return directory(path);
        }
        if (!Files.exists(path)) {
            throw new MissingException(path + ": no such file or directory; expected a model directory, " + FILES);
        }
        if (path.toString().endsWith(".safetensors")) {
            return TensorSource.open(path);
        }
        if (path.toString().endsWith(".onnx")) {
            return GraphSource.open(path);
        }
        if (WordVectorsSource.isNamedSo(path)) {
            return WordVectorsSource.open(path);
        }
        throw new MissingException(path + ": no model: expected a directory, " + FILES);
    }

    /**
     * Opens a {@code .safetensors} file or a directory with a checkpoint, of which the named tensor is the table.
     *
     * @throws MissingException if there is no such file or tensor
     */
    static ModelSource open(Path path, String tensor) {
        return Files.isDirectory(path)
                ? CheckpointSource.open(path, Optional.of(tensor))
                : TensorSource.open(path, tensor);
    }

    private static ModelSource directory(Path path) {
        if (GraphSource.graphIn(path).isPresent()) {
            return GraphSource.openDirectory(path);
        }
        if (CheckpointSource.isIn(path)) {
            return CheckpointSource.open(path, Optional.empty());
        }
        String hint = Files.exists(path.resolve("pytorch_model.bin")) ? "; " + PICKLED : "";
        throw new MissingException("%s: no model: looked for %s, model.safetensors and model.safetensors.index.json%s"
                .formatted(path, String.join(", ", GraphSource.GRAPHS), hint));
    }
}
