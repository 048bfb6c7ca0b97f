package io.sinter.inference;

import io.sinter.file.AtomicFile;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * NumPy's file format, version 1.0: a header that is a Python dictionary, padded so that the elements begin at a multiple
 * of 64 bytes, then the elements in C order.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
public final class NpyFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    /**
     * Writes a tensor, whole or not at all.
     *
     * @param tensor float32
     * @throws io.sinter.error.OutputException if the file cannot be written
     * @throws IllegalArgumentException if the tensor is of another type
     */
    public static void write(Path file, TensorData tensor) {
        if (tensor.dtype() != DType.FLOAT) {
            throw new IllegalArgumentException("npy: got " + tensor.describe() + ", expected FLOAT");
        }
        ByteBuffer header = header(tensor);
        AtomicFile.write(file, header.remaining() + tensor.data().byteSize(), channel -> {
            channel.write(header);
            long at = 0;
            while (at < tensor.data().byteSize()) {
                long size = Math.min(tensor.data().byteSize() - at, 1 << 24);
                byte[] piece = tensor.data().asSlice(at, size).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
                channel.write(ByteBuffer.wrap(piece));
                at += size;
            }
        });
    }

    private static ByteBuffer header(TensorData tensor) {
        String joined = tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String extents = tensor.shape().size() == 1 ? joined + "," : joined;
        String fields = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }".formatted(extents);
        int unpadded = MAGIC.length + Short.BYTES + fields.length() + 1;
        int padding = Math.floorMod(-unpadded, ALIGNMENT);
        byte[] text = (fields + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer header = ByteBuffer.allocate(MAGIC.length + Short.BYTES + text.length);
        header.put(MAGIC).put((byte) text.length).put((byte) (text.length >> 8)).put(text);
        return header.flip();
    }
}
