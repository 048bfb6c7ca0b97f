package io.sinter.source;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Recognises how a graph stores the table that a node reads. */
final class StoredTables {

    private static final Set<String> DEQUANTIZE_DOMAINS = Set.of("", "com.microsoft");

    private StoredTables() {}

    /** A constant matrix, possibly through Identity, Cast or DequantizeLinear; nothing if it is no such thing. */
    static Optional<StoredTable> of(@Nullable Value table) {
        if (table == null) {
            return Optional.empty();
        }
        Value weight = Constants.behindCasts(table);
        Node producer = weight.producer();
        if (producer != null && isDequantize(producer)) {
            Value codes = producer.input(0);
            return codes == null ? Optional.empty() : dequantized(producer, Constants.behindCasts(codes), 2);
        }
        return Constants.elements(weight)
                .filter(e -> e.rank() == 2 && e.dtype().isFloat())
                .map(e -> new StoredTable.Plain(weight, e));
    }

    /** A constant matrix of integers whose rows are looked up first and dequantised after. */
    static Optional<StoredTable> dequantizedAfter(@Nullable Value codes, Use use) {
        return codes == null || !isDequantize(use.node()) || use.index() != 0
                ? Optional.empty()
                : dequantized(
                        use.node(),
                        Constants.behindCasts(codes),
                        rankOf(use.node().input(0)));
    }

    /**
     * A constant matrix of integers whose rows are looked up, and multiplied by their scales, which are looked up by the
     * same indices.
     *
     * @param lookup a Gather along axis 0
     * @param reader what reads the rows, as floats
     */
    static Optional<StoredTable> scaledAfter(Node lookup, Node reader) {
        Value codes = lookup.input(0);
        if (codes == null || !reader.is("Mul")) {
            return Optional.empty();
        }
        return factors(reader)
                .filter(other -> other != lookup && other.input(1) == lookup.input(1))
                .flatMap(other -> scaled(codes, other.input(0)).stream())
                .findFirst();
    }

    /** Whether a lookup of floats is of the scales of such a matrix. */
    static boolean areScales(Node lookup) {
        return Constants.readersBehindCasts(lookup.output()).stream()
                .filter(reader -> reader.is("Mul"))
                .flatMap(StoredTables::factors)
                .filter(other -> other != lookup && other.input(1) == lookup.input(1))
                .anyMatch(other -> other.input(0) != null
                        && scaled(other.input(0), lookup.input(0)).isPresent());
    }

    /** The lookups of rows, possibly cast, that a product multiplies. */
    private static Stream<Node> factors(Node product) {
        return product.inputs().stream()
                .filter(Objects::nonNull)
                .map(factor -> Constants.behindCasts(factor).producer())
                .filter(Objects::nonNull)
                .filter(node -> node.is("Gather") && node.intAttribute("axis", 0) == 0);
    }

    private static Optional<StoredTable> scaled(Value codes, @Nullable Value scales) {
        Optional<TensorData> integers = Constants.elements(codes).filter(StoredTables::isMatrixOfIntegers);
        Optional<TensorData> factors = Constants.elements(scales);
        if (integers.isEmpty()
                || factors.isEmpty()
                || !factors.get().shape().equals(List.of(integers.get().dim(0), 1L))) {
            return Optional.empty();
        }
        long width = Math.max(1, integers.get().dim(1));
        return Optional.of(new StoredTable.Quantized(
                codes, new BlockQuantization(integers.get(), factors.get(), single(DType.UINT8, 0), 1, width)));
    }

    private static boolean isMatrixOfIntegers(TensorData data) {
        return data.rank() == 2 && (data.dtype() == DType.INT8 || data.dtype() == DType.UINT8);
    }

    /** The table of a {@code com.microsoft.GatherBlockQuantized}. */
    static Optional<StoredTable> blockQuantized(Node node) {
        Value weight = node.input(0);
        Optional<TensorData> codes = Constants.elements(weight);
        Optional<TensorData> scales = Constants.elements(node.input(2));
        long axis = node.intAttribute("quantize_axis", 1);
        if (weight == null
                || codes.isEmpty()
                || scales.isEmpty()
                || codes.get().rank() != 2
                || (axis != 1 && axis != -1)) {
            return Optional.empty();
        }
        long bits = node.intAttribute("bits", 4);
        boolean bytes = codes.get().dtype() == DType.UINT8;
        TensorData unpacked = bytes && bits == 4 ? nibbles(codes.get()) : codes.get();
        TensorData zeros = Constants.elements(node.input(3))
                .map(z -> bytes && bits == 4 ? nibbles(z) : z)
                .orElseGet(() -> single(DType.UINT8, bytes ? 1 << (bits - 1) : 0));
        long block = node.intAttribute("block_size", 128);
        return Optional.of(
                new StoredTable.Quantized(weight, new BlockQuantization(unpacked, scales.get(), zeros, 1, block)));
    }

    static boolean isDequantize(Node node) {
        return node.opType().equals("DequantizeLinear") && DEQUANTIZE_DOMAINS.contains(node.domain());
    }

    /** Axes count in a tensor of the given rank, of which the table's columns are the last; -1 if it is unknown. */
    private static Optional<StoredTable> dequantized(Node node, Value weight, int rank) {
        Optional<TensorData> codes = Constants.elements(weight).filter(c -> c.rank() == 2);
        Optional<TensorData> scales = Constants.elements(node.input(1));
        if (codes.isEmpty() || scales.isEmpty()) {
            return Optional.empty();
        }
        TensorData zeros = Constants.elements(node.input(2)).orElseGet(() -> single(DType.UINT8, 0));
        long rows = codes.get().dim(0);
        long columns = codes.get().dim(1);
        long axis = node.intAttribute("axis", 1);
        boolean byColumn = axis == -1 || axis == rank - 1;
        boolean byRow = rank == 2 && (axis == 0 || axis == -2);
        long size = node.intAttribute("block_size", 0);
        long[] block;
        if (scales.get().elementCount() == 1 && size == 0) {
            block = new long[] {Math.max(1, rows), Math.max(1, columns)};
        } else if (byColumn) {
            block = new long[] {size == 0 ? Math.max(1, rows) : 1, Math.max(1, size)};
        } else if (byRow) {
            block = new long[] {Math.max(1, size), size == 0 ? Math.max(1, columns) : 1};
        } else {
            return Optional.empty();
        }
        return Optional.of(new StoredTable.Quantized(
                weight, new BlockQuantization(codes.get(), scales.get(), zeros, block[0], block[1])));
    }

    private static int rankOf(@Nullable Value value) {
        return value == null || value.type() == null || value.type().shape() == null
                ? -1
                : value.type().shape().rank();
    }

    /** Bytes as twice as many 4-bit integers along the last axis. */
    private static TensorData nibbles(TensorData bytes) {
        long columns = Math.multiplyExact(bytes.dim(-1), 2);
        List<Long> shape = bytes.rank() == 1 ? List.of(columns) : List.of(bytes.dim(0), columns);
        return new TensorData(DType.UINT4, shape, bytes.data());
    }

    private static TensorData single(DType dtype, int value) {
        return new TensorData(dtype, List.of(), MemorySegment.ofArray(new byte[] {(byte) value}));
    }
}
