package io.sinter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor.Channels;
import io.sinter.image.ImageProcessor.Resize;
import io.sinter.image.ImageProcessor.Size;
import io.sinter.image.ImageProcessor.Target;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures prepared by a graph are those that Java prepares, which are Pillow's. */
class ImageProcessorGraphTest {

    private static final long SEED = 20261123;
    private static final Channels CHANNELS =
            new Channels(1.0 / 255, List.of(0.48, 0.45, 0.41), List.of(0.27, 0.26, 0.28));

    /** Of the nearest pixel's, sizes where no middle falls between two. */
    static Stream<ImageProcessor> processors() {
        return Stream.of(
                processor(new Resize(new Target.Exact(new Size(32, 24)), Resampling.BILINEAR), null),
                processor(new Resize(new Target.Exact(new Size(64, 300)), Resampling.BICUBIC), null),
                processor(new Resize(new Target.Exact(new Size(64, 32)), Resampling.NEAREST), new Size(30, 50)),
                processor(new Resize(new Target.ShortestEdge(33), Resampling.BICUBIC), new Size(33, 33)),
                processor(new Resize(new Target.ShortestEdge(33), Resampling.BILINEAR), new Size(28, 26)),
                processor(new Resize(new Target.ShortestEdge(20), Resampling.BICUBIC), new Size(27, 31)),
                processor(null, new Size(31, 40)));
    }

    @ParameterizedTest
    @MethodSource("processors")
    void pixels_ofTheGraph_areThoseOfJava(ImageProcessor processor) {
        Random random = new Random(SEED);
        try (Session session = session(processor)) {
            for (Size size : List.of(new Size(50, 37), new Size(20, 91), new Size(64, 64), new Size(13, 9))) {
                byte[] rgb = new byte[size.height() * size.width() * 3];
                random.nextBytes(rgb);
                requireEqual(session, processor, new Picture(size.width(), size.height(), rgb), 0.05);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("processors")
    void pixels_ofARealPicture_areThoseOfJava(ImageProcessor processor) {
        try (Session session = session(processor)) {
            requireEqual(session, processor, PictureFile.read(Path.of("../../samples/pictures/coffee.jpg")), 1e-3);
        }
    }

    @Test
    void filters_thatResizeLacks_areRefused() {
        assertThatThrownBy(() ->
                        session(processor(new Resize(new Target.Exact(new Size(9, 9)), Resampling.LANCZOS), null)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("preprocessor_config.json: resample 1 (lanczos): a graph has nearest (0)");
    }

    @Test
    void prepend_ofWhatMakesAnotherSize_isRefused() {
        ImageProcessor square = processor(new Resize(new Target.Exact(new Size(9, 8)), Resampling.NEAREST), null);
        assertThatThrownBy(() -> ImageProcessorGraph.prepend(model(new Size(8, 9)), square, "m"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining(
                        "m: preprocessor_config.json makes pictures of 9 × 8, but the model takes [B, 3, 8, 9]");
        ImageProcessor any = processor(new Resize(new Target.ShortestEdge(8), Resampling.NEAREST), null);
        assertThatThrownBy(() -> ImageProcessorGraph.prepend(model(new Size(8, 9)), any, "m"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("leaves pictures their shape");
    }

    private static ImageProcessor processor(@Nullable Resize resize, @Nullable Size crop) {
        return new ImageProcessor(Optional.ofNullable(resize), Optional.ofNullable(crop), CHANNELS);
    }

    /**
     * A step of 8 bits is 1 / (255 · 0.26) = 0.015.
     *
     * @param share of the numbers that may be a step off
     */
    private static void requireEqual(Session session, ImageProcessor processor, Picture picture, double share) {
        float[] expected = processor.pixels(picture).toFloatArray();
        float[] got = session.run(Map.of("image", picture.tensor()), "y").toFloatArray();
        assertThat(got).hasSameSizeAs(expected);
        int off = 0;
        for (int i = 0; i < got.length; i++) {
            float distance = Math.abs(got[i] - expected[i]);
            assertThat(distance)
                    .as("%s, number %d, seed %d", processor, i, SEED)
                    .isLessThan(0.016f);
            off += distance > 1e-5f ? 1 : 0;
        }
        assertThat(off).as("of %d numbers of %s", got.length, processor).isLessThanOrEqualTo((int)
                (got.length * share));
    }

    private static Session session(ImageProcessor processor) {
        Target.Exact none = new Target.Exact(new Size(0, 0));
        Size size = processor
                .crop()
                .orElseGet(() -> processor.resize().map(Resize::target).orElse(none) instanceof Target.Exact(Size s)
                        ? s
                        : none.size());
        Model model = model(size);
        ImageProcessorGraph.prepend(model, processor, "model");
        return new OrtRuntime().open(model, SessionOptions.DEFAULT);
    }

    private static Model model(Size size) {
        Graph graph = new Graph("pixels");
        Model model = new Model(graph, 8);
        model.setOpset("", ImageProcessorGraph.OPSET);
        Shape shape = Shape.of(
                new Dim.Symbol("B"), new Dim.Known(3), new Dim.Known(size.height()), new Dim.Known(size.width()));
        Value input = graph.addInput("pixel_values", new TensorType(DType.FLOAT, shape));
        Value output = new Ops(graph, ImageProcessorGraph.OPSET).identity(input);
        graph.rename(output, "y");
        graph.addOutput(output);
        return model;
    }
}
