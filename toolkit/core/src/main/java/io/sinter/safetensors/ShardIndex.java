package io.sinter.safetensors;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The index of a sharded checkpoint, {@code {"metadata": {"total_size": n}, "weight_map": {tensor: file}}}, checked
 * against the shards that it names.
 *
 * @param where the index, for messages
 * @param totalSize bytes of all tensors, if it says
 * @param weightMap the file of each tensor
 */
record ShardIndex(String where, OptionalLong totalSize, Map<String, String> weightMap) {

    /** Opens the index and all its shards. */
    static Checkpoint open(Path path) {
        return open(path, SafetensorsFile.map(path));
    }

    /** Opens the shards that the bytes of an index name. */
    static Checkpoint open(Path path, MemorySegment bytes) {
        ShardIndex index = parse(path.toString(), bytes);
        List<SafetensorsFile> shards = new ArrayList<>();
        for (String name : new TreeSet<>(index.weightMap.values())) {
            shards.add(index.openShard(path.resolveSibling(name), name));
        }
        index.validate(shards);
        return new Checkpoint(path, shards);
    }

    private static ShardIndex parse(String where, MemorySegment file) {
        if (file.byteSize() > Header.MAX_BYTES) {
            throw new MalformedException(
                    "%s: %d bytes, but an index has at most %d".formatted(where, file.byteSize(), Header.MAX_BYTES));
        }
        return JsonStream.read(where, file, json -> parse(where, json));
    }

    private static ShardIndex parse(String where, JsonStream json) {
        OptionalLong totalSize = OptionalLong.empty();
        Map<String, String> weightMap = null;
        json.requireObject("the whole");
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            switch (key) {
                case "metadata" -> totalSize = totalSize(json);
                case "weight_map" -> weightMap = weightMap(json);
                default -> json.skip();
            }
        }
        if (weightMap == null) {
            throw json.malformed("no \"weight_map\"");
        }
        return new ShardIndex(where, totalSize, weightMap);
    }

    private static OptionalLong totalSize(JsonStream json) {
        OptionalLong size = OptionalLong.empty();
        json.requireObject("metadata");
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            if (key.equals("total_size")) {
                size = OptionalLong.of(json.requireSize("metadata: total_size"));
            } else {
                json.skip();
            }
        }
        return size;
    }

    private static Map<String, String> weightMap(JsonStream json) {
        Map<String, String> map = new LinkedHashMap<>();
        json.requireObject("weight_map");
        for (String tensor = json.nextKey(); tensor != null; tensor = json.nextKey()) {
            String shard = json.requireString("weight_map: tensor \"" + tensor + "\"");
            if (!isFileName(shard)) {
                throw json.malformed("tensor \"%s\": shard \"%s\" is not the name of a file beside the index"
                        .formatted(tensor, shard));
            }
            map.put(tensor, shard);
        }
        return map;
    }

    private static boolean isFileName(String shard) {
        if (shard.chars().anyMatch(c -> c == '/' || c == '\\' || c == ':' || c == 0)) {
            return false;
        }
        try {
            return !shard.isEmpty()
                    && !shard.equals(".")
                    && !shard.equals("..")
                    && Path.of(shard).getNameCount() == 1;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private SafetensorsFile openShard(Path shard, String name) {
        if (!Files.exists(shard)) {
            throw new MissingException(
                    "%s: shard \"%s\" is missing; it should lie beside the index".formatted(where, name));
        }
        return SafetensorsFile.open(shard);
    }

    private void validate(List<SafetensorsFile> shards) {
        Map<String, String> found = new LinkedHashMap<>();
        long bytes = 0;
        for (SafetensorsFile shard : shards) {
            String name = String.valueOf(shard.path().getFileName());
            for (TensorEntry entry : shard.entries().values()) {
                String other = found.put(entry.name(), name);
                if (other != null) {
                    throw new MalformedException("%s: tensor \"%s\": in two shards, \"%s\" and \"%s\""
                            .formatted(where, entry.name(), other, name));
                }
                bytes += entry.byteSize();
            }
        }
        requireListed(found);
        if (totalSize.isPresent() && totalSize.getAsLong() != bytes) {
            throw new MalformedException("%s: total_size %d, but the shards' tensors have %d bytes"
                    .formatted(where, totalSize.getAsLong(), bytes));
        }
    }

    private void requireListed(Map<String, String> found) {
        weightMap.forEach((tensor, shard) -> {
            if (!shard.equals(found.get(tensor))) {
                throw new MalformedException("%s: tensor \"%s\": listed in shard \"%s\", which does not have it"
                        .formatted(where, tensor, shard));
            }
        });
        found.forEach((tensor, shard) -> {
            if (!weightMap.containsKey(tensor)) {
                throw new MalformedException(
                        "%s: tensor \"%s\": in shard \"%s\", but not listed".formatted(where, tensor, shard));
            }
        });
    }
}
