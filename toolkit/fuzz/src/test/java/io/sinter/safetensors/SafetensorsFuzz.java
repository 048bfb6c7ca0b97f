package io.sinter.safetensors;

import io.sinter.error.SinterException;
import io.sinter.fuzz.Promise;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Any bytes as a safetensors file, and as the index of a checkpoint of two shards. */
public final class SafetensorsFuzz {

    private static final Path FOLDER = shards();
    private static final Path FILE = FOLDER.resolve(Checkpoint.SINGLE);
    private static final Path INDEX = FOLDER.resolve(Checkpoint.INDEX);

    private SafetensorsFuzz() {}

    /** One execution. */
    public static void fuzzerTestOneInput(byte[] input) {
        Promise.hold(input, SafetensorsFuzz::file);
        Promise.hold(input, SafetensorsFuzz::index);
    }

    private static void file(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.of(FILE, copy(input, arena));
            use(file.entries().keySet().stream().map(file::tensor).toList());
            file.metadata().forEach((key, value) -> require(key != null && value != null));
        }
    }

    private static void index(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            Checkpoint checkpoint = ShardIndex.open(INDEX, copy(input, arena));
            use(checkpoint.names().stream().map(checkpoint::tensor).toList());
        }
    }

    private static MemorySegment copy(byte[] input, Arena arena) {
        MemorySegment bytes = arena.allocate(Math.max(1, input.length), 8).asSlice(0, input.length);
        return bytes.copyFrom(MemorySegment.ofArray(input));
    }

    /** Touches the first and the last byte of each. */
    private static void use(Iterable<TensorData> tensors) {
        for (TensorData tensor : tensors) {
            MemorySegment data = tensor.data();
            require(data.byteSize() == tensor.dtype().byteSize(TensorData.elementCount(tensor.shape())));
            if (data.byteSize() > 0) {
                data.get(ValueLayout.JAVA_BYTE, 0);
                data.get(ValueLayout.JAVA_BYTE, data.byteSize() - 1);
            }
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("a tensor is not what its header says");
        }
    }

    private static Path shards() {
        try {
            Path folder = Files.createTempDirectory("sinter-fuzz");
            Map<String, TensorData> first = Map.of("a", TensorData.vector(1f, 2f));
            SafetensorsWriter.write(folder.resolve("1.st"), first, Map.of("format", "pt"));
            SafetensorsWriter.write(folder.resolve("2.st"), Map.of("b", TensorData.vector(3f)), Map.of());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SinterException e) {
            throw new IllegalStateException(e);
        }
    }
}
