package io.sinter.safetensors;

import io.sinter.error.MalformedException;
import io.sinter.tensor.TensorData;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file: where each tensor lies, and free text about the whole.
 *
 * @param entries the tensors by offset
 * @param metadata {@code __metadata__}
 */
record Header(List<TensorEntry> entries, Map<String, String> metadata) {

    /** Most bytes that the JSON may take. */
    static final long MAX_BYTES = 100_000_000;

    /** Most tensors and metadata keys together: real checkpoints have some thousands, and each costs memory. */
    static final int MAX_ENTRIES = 1_000_000;

    /** The key that is not a tensor. */
    static final String METADATA = "__metadata__";

    private static final Comparator<TensorEntry> BY_OFFSET =
            Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end);

    Header {
        entries = entries.stream().sorted(BY_OFFSET).toList();
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Checks every rule of the format that a parsed header can break; reading and writing both pass through here.
     *
     * @param where the file, for messages
     * @param dataBytes bytes of the file after the header
     * @throws MalformedException naming the tensor and the rule
     */
    void validate(String where, long dataBytes) {
        requireCount(where, entries.size() + metadata.size());
        metadata.forEach((key, value) -> {
            requireUnicode(where + ": " + METADATA, key);
            requireUnicode(where + ": " + METADATA + " \"" + key + "\"", value);
        });
        Set<String> names = new HashSet<>();
        long position = 0;
        for (TensorEntry entry : entries) {
            String tensor = where + ": tensor \"" + entry.name() + "\"";
            requireUnicode(where + ": tensor name", entry.name());
            if (entry.name().equals(METADATA) || !names.add(entry.name())) {
                throw new MalformedException(tensor + ": the name is taken; each may appear once");
            }
            requireContiguous(tensor, entry, position);
            requireSize(tensor, entry);
            position = entry.end();
        }
        if (position != dataBytes) {
            throw new MalformedException("%s: %d bytes after the header, but the tensors end at %d; the file is %s"
                    .formatted(where, dataBytes, position, dataBytes < position ? "cut short" : "too long"));
        }
    }

    /** Refuses more entries than anybody needs, before they fill the memory. */
    static void requireCount(String where, int count) {
        if (count > MAX_ENTRIES) {
            throw new MalformedException(
                    "%s: header: more than %d tensors and metadata keys".formatted(where, MAX_ENTRIES));
        }
    }

    private static void requireContiguous(String tensor, TensorEntry entry, long position) {
        if (entry.end() < entry.begin()) {
            throw new MalformedException(
                    "%s: data_offsets [%d, %d] run backwards".formatted(tensor, entry.begin(), entry.end()));
        }
        if (entry.begin() != position) {
            throw new MalformedException(
                    "%s: data_offsets [%d, %d] %s: expected to begin at %d, where the one before ends"
                            .formatted(
                                    tensor,
                                    entry.begin(),
                                    entry.end(),
                                    entry.begin() < position ? "overlap another tensor" : "leave a hole",
                                    position));
        }
    }

    private static void requireSize(String tensor, TensorEntry entry) {
        long bits;
        try {
            bits = Math.multiplyExact(
                    TensorData.elementCount(entry.shape()), (long) entry.dtype().bits());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new MalformedException(tensor + ": " + entry.describe() + " needs more than 2^63 - 1 bits", e);
        }
        if (bits % Byte.SIZE != 0) {
            throw new MalformedException("%s: %s ends within a byte: %d bits are no whole number of bytes"
                    .formatted(tensor, entry.describe(), bits));
        }
        if (entry.byteSize() != bits / Byte.SIZE) {
            throw new MalformedException("%s: %d bytes, but %s needs %d"
                    .formatted(tensor, entry.byteSize(), entry.describe(), bits / Byte.SIZE));
        }
    }

    private static void requireUnicode(String what, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new MalformedException(what + ": holds half of a surrogate pair, which UTF-8 cannot write");
        }
    }

    /** The entries by name, in the order of their offsets. */
    Map<String, TensorEntry> byName() {
        Map<String, TensorEntry> map = LinkedHashMap.newLinkedHashMap(entries.size());
        for (TensorEntry entry : entries) {
            map.put(entry.name(), entry);
        }
        return map;
    }
}
