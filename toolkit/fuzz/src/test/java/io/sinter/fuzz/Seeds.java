package io.sinter.fuzz;

import io.sinter.onnx.io.OnnxSeeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the seeds that are not text: {@code Seeds CORPUS}. Those of tokenizers and recipes are copies of the project's own. */
public final class Seeds {

    private Seeds() {}

    /** Writes them below the folder that is the only argument. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0], "onnx"), OnnxSeeds.all());
        write(Path.of(arguments[0], "safetensors"), safetensors());
    }

    private static void write(Path folder, Map<String, byte[]> files) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    private static Map<String, byte[]> safetensors() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("one.safetensors", file(tensor("a", "F32", "[2,2]", 0, 16), 16));
        files.put("scalar.safetensors", file(tensor("a", "I64", "[]", 0, 8), 8));
        files.put("empty.safetensors", file("", 0));
        String two = tensor("a", "BF16", "[2]", 0, 4) + "," + tensor("b", "F4", "[2,0]", 4, 4);
        files.put("metadata.safetensors", file("\"__metadata__\":{\"format\":\"pt\"}," + two, 4));
        files.put("bool.safetensors", file(tensor("a", "BOOL", "[1]", 0, 1) + ",\"b\":{}", 1));
        String index = "{\"metadata\":{\"total_size\":12},\"weight_map\":{\"a\":\"1.st\",\"b\":\"2.st\"}}";
        files.put("index.json", index.getBytes(StandardCharsets.UTF_8));
        files.put("other.index.json", index.replace("2.st", "../2.st").getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private static String tensor(String name, String dtype, String shape, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, shape, begin, end);
    }

    private static byte[] file(String entries, int dataBytes) {
        byte[] header = ("{" + entries + "}").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }
}
