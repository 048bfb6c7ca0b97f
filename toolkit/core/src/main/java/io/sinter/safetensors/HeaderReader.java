package io.sinter.safetensors;

import io.sinter.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the JSON of a header. What the parts mean together is {@link Header#validate}'s to check. */
final class HeaderReader {

    private final String where;
    private final JsonStream json;
    private final List<TensorEntry> entries = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private HeaderReader(String where, JsonStream json) {
        this.where = where;
        this.json = json;
    }

    static Header parse(String where, MemorySegment utf8) {
        return JsonStream.read(where + ": header", utf8, json -> new HeaderReader(where, json).object());
    }

    private Header object() {
        json.requireObject("the whole");
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            Header.requireCount(where, entries.size() + metadata.size() + 1);
            if (key.equals(Header.METADATA)) {
                readMetadata();
            } else {
                entries.add(entry(key));
            }
        }
        return new Header(entries, metadata);
    }

    private void readMetadata() {
        json.requireObject(Header.METADATA);
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            Header.requireCount(where, entries.size() + metadata.size() + 1);
            metadata.put(key, json.requireString(Header.METADATA + " \"" + key + "\""));
        }
    }

    private TensorEntry entry(String name) {
        String tensor = "tensor \"" + name + "\"";
        json.requireObject(tensor);
        DType dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        for (String key = json.nextKey(); key != null; key = json.nextKey()) {
            switch (key) {
                case "dtype" -> dtype = dtype(tensor);
                case "shape" -> shape = sizes(tensor + ": shape");
                case "data_offsets" -> offsets = sizes(tensor + ": data_offsets");
                default -> json.skip();
            }
        }
        offsets = present(tensor, "data_offsets", offsets);
        if (offsets.size() != 2) {
            throw json.malformed(tensor + ": data_offsets " + offsets + ", expected [begin, end]");
        }
        return new TensorEntry(
                name,
                present(tensor, "dtype", dtype),
                present(tensor, "shape", shape),
                offsets.getFirst(),
                offsets.getLast());
    }

    private DType dtype(String tensor) {
        String name = json.requireString(tensor + ": dtype");
        return DType.ofSafetensors(name).orElseThrow(() -> json.malformed(tensor + ": unknown dtype \"" + name + "\""));
    }

    private List<Long> sizes(String what) {
        json.requireArray(what);
        List<Long> sizes = new ArrayList<>();
        while (json.nextElement()) {
            sizes.add(json.requireSize(what));
        }
        return sizes;
    }

    private <T> T present(String tensor, String key, @Nullable T value) {
        if (value == null) {
            throw json.malformed(tensor + ": no \"" + key + "\"");
        }
        return value;
    }
}
