package io.sinter.export;

import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.ImageInput;
import io.sinter.encoder.SentenceHead;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor;
import io.sinter.image.ImageProcessorGraph;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.source.CheckpointSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The graph of a checkpoint in float32, with everything that an export adds to it.
 *
 * @param model the graph
 * @param head that it has
 * @param sentence what makes sentence vectors, if anything does
 * @param leftOut tensors of the checkpoint that the graph does not have
 */
record ExportedGraph(Model model, Head head, Optional<SentenceHead> sentence, List<String> leftOut) {

    /** Builds it; a new one each time. */
    static ExportedGraph of(CheckpointSource source, ExportOptions options) {
        CheckpointWeights weights = new CheckpointWeights(source.checkpoint());
        EncoderGraph built = EncoderGraph.build(source.config(), weights, options.build());
        Optional<SentenceHead> sentence = options.sentence().head(source.companions());
        sentence.ifPresent(head -> head.append(built.model()));
        if (options.imageInput() == ImageInput.IMAGE) {
            prepare(built.model(), source);
        }
        rename(built.model().graph(), options.outputNames());
        return new ExportedGraph(built.model(), built.head(), sentence, weights.unread());
    }

    private static void prepare(Model model, CheckpointSource source) {
        String where = source.path().toString();
        ImageProcessorGraph.requirePictures(model.graph(), where);
        Path file = source.companions().folder().resolve(ImageProcessor.FILE);
        ImageProcessorGraph.prepend(model, ImageProcessor.read(file), where);
    }

    private static void rename(Graph graph, Map<String, String> names) {
        names.forEach((from, to) -> {
            Value output = graph.outputs().stream()
                    .filter(o -> o.name().equals(from))
                    .findFirst()
                    .orElseThrow(() ->
                            new UnsupportedException("output \"%s\" to be renamed: the graph's outputs are %s"
                                    .formatted(
                                            from,
                                            graph.outputs().stream()
                                                    .map(Value::name)
                                                    .collect(Collectors.joining(", ")))));
            if (graph.value(to) != null) {
                throw new UnsupportedException(
                        "output \"%s\" cannot be named \"%s\": the graph has a value of that name".formatted(from, to));
            }
            graph.rename(output, to);
        });
    }
}
