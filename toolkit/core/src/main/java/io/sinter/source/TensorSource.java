package io.sinter.source;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;

/** A table in a bare safetensors file; merged alone, such tables give a table. */
public final class TensorSource implements ModelSource {

    private final Path path;
    private final String tensor;
    private final TensorData data;
    private final Companions companions;

    private TensorSource(Path path, String tensor, TensorData data) {
        this.path = path;
        this.tensor = tensor;
        this.data = data;
        Path folder = path.getParent();
        this.companions = Companions.read(folder == null ? Path.of("") : folder);
    }

    /** The only matrix of floats in the file. */
    static TensorSource open(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        List<String> tables =
                file.names().stream().filter(n -> isTable(file.tensor(n))).toList();
        if (tables.size() != 1) {
            throw new MissingException(
                    "%s: %d tensors are matrices of floats%s; say which is the table with \"tensor: name\""
                            .formatted(path, tables.size(), tables.isEmpty() ? "" : ": " + shorten(tables)));
        }
        return new TensorSource(path, tables.getFirst(), file.tensor(tables.getFirst()));
    }

    static TensorSource open(Path path, String tensor) {
        TensorData data = SafetensorsFile.open(path).tensor(tensor);
        if (!isTable(data)) {
            throw new MalformedException(
                    "%s: tensor \"%s\": got %s, expected floats [V, d]".formatted(path, tensor, data.describe()));
        }
        return new TensorSource(path, tensor, data);
    }

    private static boolean isTable(TensorData data) {
        return data.rank() == 2 && data.dtype().isFloat();
    }

    private static String shorten(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(8, names.size()))) + (names.size() > 8 ? ", ..." : "");
    }

    @Override
    public Path path() {
        return path;
    }

    /** The tensor's name. */
    public String tensor() {
        return tensor;
    }

    @Override
    public String kind() {
        return "table";
    }

    @Override
    public Companions companions() {
        return companions;
    }

    @Override
    public List<Path> weightFiles() {
        return List.of(path);
    }

    @Override
    public SourceTable table() {
        return new SourceTable(data, "%s: tensor \"%s\"".formatted(path, tensor));
    }
}
