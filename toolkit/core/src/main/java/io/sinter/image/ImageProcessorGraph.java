package io.sinter.image;

import io.sinter.encoder.ImageInput;
import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor.Channels;
import io.sinter.image.ImageProcessor.Resize;
import io.sinter.image.ImageProcessor.Size;
import io.sinter.image.ImageProcessor.Target;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@link ImageProcessor} as nodes, before a graph that reads {@code pixel_values}: it then reads pictures as they are decoded.
 *
 * <p>Resize with {@code antialias} (opset 18), {@code half_pixel} places, {@code exclude_outside} and cubic coefficient −0.5 is
 * Pillow's filter; ONNX Runtime computes it in fixed point and rounds to 8 bits after either axis, as Pillow does. It keeps
 * the ratio of sizes as a float, so that of noise a few numbers in a hundred are one of 255 steps off, of photographs one
 * in a thousand. All pictures of a batch have
 * one size.
 *
 * @param ops where to
 * @param processor what is emitted
 */
public record ImageProcessorGraph(Ops ops, ImageProcessor processor) {

    /** The oldest version of ONNX's operators whose Resize has the filters. */
    public static final long OPSET = 18;

    /**
     * Puts the preparation before a graph.
     *
     * @param model of opset {@value #OPSET} or more, that reads {@code pixel_values} of a known height and width
     * @param where the model, for messages
     * @throws UnsupportedException if a filter, or a picture's own shape, cannot be had in a graph
     * @throws IncompatibleException if pictures are prepared in another size than the graph takes
     */
    public static void prepend(Model model, ImageProcessor processor, String where) {
        Graph graph = model.graph();
        Value pixels = requirePictures(graph, where);
        Shape taken =
                Objects.requireNonNull(Objects.requireNonNull(pixels.type()).shape());
        Value image = graph.addInput(
                ImageInput.IMAGE.label(),
                new TensorType(
                        DType.UINT8,
                        Shape.of(
                                taken.dim(0),
                                new Dim.Symbol("height"),
                                new Dim.Symbol("width"),
                                new Dim.Known(Picture.CHANNELS))));
        Ops ops = Ops.insertingBefore(graph, model.opset(), graph.nodes().getFirst())
                .withPrefix("image/");
        ImageProcessorGraph emitted = new ImageProcessorGraph(ops, processor);
        Value prepared = emitted.emit(image);
        Size size = emitted.size(where);
        if (!taken.dim(2).equals(new Dim.Known(size.height())) || !taken.dim(3).equals(new Dim.Known(size.width()))) {
            throw new IncompatibleException(
                    "%s: %s makes pictures of %d × %d, but the model takes %s [batch, channels, height, width]; change its sizes"
                            .formatted(where, ImageProcessor.FILE, size.height(), size.width(), taken));
        }
        prepared.setType(new TensorType(DType.FLOAT, taken));
        graph.replaceUses(pixels, prepared);
        graph.removeValue(pixels);
    }

    /**
     * The input for prepared pictures.
     *
     * @throws UnsupportedException if there is none
     */
    public static Value requirePictures(Graph graph, String where) {
        Value pixels = graph.value(ImageInput.PIXEL_VALUES.label());
        if (pixels == null || !graph.inputs().contains(pixels)) {
            throw new UnsupportedException("%s: the graph reads no %s: is it a model of pictures?"
                    .formatted(where, ImageInput.PIXEL_VALUES.label()));
        }
        return pixels;
    }

    /** What every picture gets, whatever it is. */
    private Size size(String where) {
        Optional<Size> exact = processor.resize().map(Resize::target).flatMap(target -> switch (target) {
            case Target.Exact(Size size) -> Optional.of(size);
            case Target.ShortestEdge ignored -> Optional.empty();
        });
        return processor
                .crop()
                .or(() -> exact)
                .orElseThrow(() -> new UnsupportedException(
                        "%s: %s leaves pictures their shape, but the graph takes one size; give crop_size, or size as height and width"
                                .formatted(where, ImageProcessor.FILE)));
    }

    /**
     * Emits the nodes.
     *
     * @param image uint8 {@code [B, height, width, 3]}
     * @return float32 {@code [B, 3, height, width]}
     */
    public Value emit(Value image) {
        Value planes = ops.transpose(image, 0, 3, 1, 2);
        Value sized = processor.resize().map(r -> resized(planes, r)).orElse(planes);
        Value floats = ops.cast(sized, DType.FLOAT);
        Value cropped = processor.crop().map(c -> center(floats, c)).orElse(floats);
        return scaled(cropped, processor.channels());
    }

    private Value resized(Value planes, Resize resize) {
        Value sides = switch (resize.target()) {
            case Target.Exact(Size(int height, int width)) ->
                ops.constant("size", TensorData.vector((long) height, width));
            case Target.ShortestEdge(int pixels) -> shortestEdge(sides(planes), pixels);
        };
        return switch (resize.resampling()) {
            case NEAREST -> nearest(nearest(planes, sides, 0), sides, 1);
            case BILINEAR -> filtered(planes, sides, Map.of("mode", Attribute.of("linear")));
            case BICUBIC ->
                filtered(planes, sides, Map.of("mode", Attribute.of("cubic"), "cubic_coeff_a", Attribute.of(-0.5f)));
            case LANCZOS, BOX, HAMMING ->
                throw new UnsupportedException(
                        "%s: resample %d (%s): a graph has nearest (0), bilinear (2) and bicubic (3); leave the pictures to the caller, or change it"
                                .formatted(
                                        ImageProcessor.FILE,
                                        resize.resampling().code(),
                                        resize.resampling().name().toLowerCase(Locale.ROOT)));
        };
    }

    private Value filtered(Value planes, Value sides, Map<String, Attribute> mode) {
        Map<String, Attribute> attributes = new TreeMap<>(mode);
        attributes.put("antialias", Attribute.of(1));
        attributes.put("exclude_outside", Attribute.of(1));
        Value sizes = ops.concat(0, List.of(leading(planes), sides));
        List<TensorType> type = List.of(new TensorType(DType.UINT8, null));
        return ops.emit("", "Resize", Arrays.asList(planes, null, null, sizes), attributes, type)
                .getFirst();
    }

    /** Place i of n is ⌊(i + ½) · side / n⌋ = (2i + 1) · side / 2n: in whole numbers, as Resize's floats miss ties. */
    private Value nearest(Value planes, Value sides, long axis) {
        Value zero = ops.constant("from", TensorData.scalar(0L));
        Value one = ops.constant("one", TensorData.scalar(1L));
        Value two = ops.constant("two", TensorData.scalar(2L));
        Value which = ops.constant(TensorData.scalar(axis));
        Value side = ops.gather(sides(planes), which, 0);
        Value wanted = ops.gather(sides, which, 0);
        Value places = ops.apply("Range", List.of(zero, wanted, one), Map.of());
        Value odd = ops.add(ops.mul(places, two), one);
        return ops.gather(planes, ops.div(ops.mul(odd, side), ops.mul(wanted, two)), 2 + axis);
    }

    /** pixels · side / shortest side, rounded down, for both. */
    private Value shortestEdge(Value sides, int pixels) {
        Value shortest = ops.apply("ReduceMin", List.of(sides, ops.constant(TensorData.vector(0L))), Map.of());
        return ops.div(ops.mul(sides, ops.constant("edge", TensorData.scalar((long) pixels))), shortest);
    }

    /** The middle; black where the picture does not reach. */
    private Value center(Value floats, Size crop) {
        Value zero = ops.constant("none", TensorData.vector(0L, 0L));
        Value two = ops.constant("two", TensorData.scalar(2L));
        Value wanted = ops.constant("crop", TensorData.vector((long) crop.height(), crop.width()));
        Value axes = ops.constant("axes", TensorData.vector(2L, 3L));
        Value padded = floats;
        if (mayBeSmaller(crop)) {
            Value lacking = ops.max(ops.sub(wanted, sides(floats)), zero);
            Value before = ops.div(ops.add(lacking, ops.constant("one", TensorData.scalar(1L))), two);
            Value pads = ops.concat(0, List.of(before, ops.sub(lacking, before)));
            padded = ops.emit(
                            "",
                            "Pad",
                            Arrays.asList(floats, pads, null, axes),
                            Map.of(),
                            List.of(new TensorType(DType.FLOAT, null)))
                    .getFirst();
        }
        Value start = ops.div(ops.sub(sides(padded), wanted), two);
        return ops.slice(padded, start, ops.add(start, wanted), axes, ops.constant("steps", TensorData.vector(1L, 1L)));
    }

    private boolean mayBeSmaller(Size crop) {
        return processor
                .resize()
                .map(Resize::target)
                .map(target -> switch (target) {
                    case Target.Exact(Size size) -> size.height() < crop.height() || size.width() < crop.width();
                    case Target.ShortestEdge(int pixels) -> pixels < Math.max(crop.height(), crop.width());
                })
                .orElse(true);
    }

    /** (x · factor − mean) / deviation as one product and one sum. */
    private Value scaled(Value floats, Channels channels) {
        float[] factors = new float[Picture.CHANNELS];
        float[] shifts = new float[Picture.CHANNELS];
        for (int c = 0; c < Picture.CHANNELS; c++) {
            factors[c] = (float) (channels.factor() / channels.deviation().get(c));
            shifts[c] = (float) (-channels.mean().get(c) / channels.deviation().get(c));
        }
        List<Long> shape = List.of((long) Picture.CHANNELS, 1L, 1L);
        Value product = ops.mul(floats, ops.constant("factor", TensorData.of(shape, factors)));
        return ops.add(product, ops.constant("shift", TensorData.of(shape, shifts)));
    }

    private Value leading(Value planes) {
        return part(ops.shape(planes), 0, 2);
    }

    /** Height and width. */
    private Value sides(Value planes) {
        return part(ops.shape(planes), 2, 4);
    }

    private Value part(Value vector, long from, long to) {
        return ops.slice(
                vector,
                ops.constant(TensorData.vector(from)),
                ops.constant(TensorData.vector(to)),
                ops.constant(TensorData.vector(0L)),
                ops.constant(TensorData.vector(1L)));
    }
}
