package io.sinter.probe;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.SentenceHead;
import io.sinter.eval.LabelledDataset;
import io.sinter.eval.LabelledDataset.Inputs;
import io.sinter.inference.Classifier;
import io.sinter.inference.Classifier.Score;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.PairClassifier;
import io.sinter.inference.PairEmbedder;
import io.sinter.inference.PictureClassifier;
import io.sinter.inference.PictureEmbedder;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What rows hold behind their labels, and so what runs a model over them. */
public enum ProbeInput {
    /** Texts. */
    TEXTS(Inputs.ONE, Tower.TEXT) {
        @Override
        Embedded embed(Runtime runtime, ModelSource source, LabelledDataset rows, EmbedderOptions options) {
            try (Embedder embedder = Embedder.open(runtime, source, options)) {
                return new Embedded(embedder.embed(rows.inputs()), embedder.output(), embedder.pooling());
            }
        }

        @Override
        List<List<Score>> classify(Runtime runtime, ModelSource source, LabelledDataset rows, LogitsOptions options) {
            try (Classifier classifier = Classifier.open(runtime, source, options)) {
                return classifier.classify(rows.inputs());
            }
        }
    },
    /** Pictures. */
    PICTURES(Inputs.ONE, Tower.IMAGE) {
        @Override
        Embedded embed(Runtime runtime, ModelSource source, LabelledDataset rows, EmbedderOptions options) {
            try (PictureEmbedder embedder = PictureEmbedder.open(runtime, source, options)) {
                return new Embedded(embedder.embed(rows.files()), embedder.output(), embedder.pooling());
            }
        }

        @Override
        List<List<Score>> classify(Runtime runtime, ModelSource source, LabelledDataset rows, LogitsOptions options) {
            try (PictureClassifier classifier = PictureClassifier.open(runtime, source, options)) {
                return classifier.classify(rows.files());
            }
        }
    },
    /** Texts with their pictures, either of which may be absent. */
    PAIRS(Inputs.PAIR, Tower.BOTH) {
        @Override
        Embedded embed(Runtime runtime, ModelSource source, LabelledDataset rows, EmbedderOptions options) {
            try (PairEmbedder embedder = PairEmbedder.open(runtime, source, options)) {
                return new Embedded(embedder.embed(rows.pairs()), SentenceHead.OUTPUT, Optional.empty());
            }
        }

        @Override
        List<List<Score>> classify(Runtime runtime, ModelSource source, LabelledDataset rows, LogitsOptions options) {
            try (PairClassifier classifier = PairClassifier.open(runtime, source, options)) {
                return classifier.classify(rows.pairs());
            }
        }
    };

    private final Inputs inputs;
    private final Tower tower;

    ProbeInput(Inputs inputs, Tower tower) {
        this.inputs = inputs;
        this.tower = tower;
    }

    /**
     * Vectors of rows.
     *
     * @param vectors float32 {@code [rows, width]}
     * @param output of the graph, that they are made of
     * @param pooling of that output, if it holds vectors of tokens
     */
    record Embedded(TensorData vectors, String output, Optional<Pooling> pooling) {}

    /** Makes vectors. */
    abstract Embedded embed(Runtime runtime, ModelSource source, LabelledDataset rows, EmbedderOptions options);

    /** Labels rows by a model with a head. */
    abstract List<List<Score>> classify(
            Runtime runtime, ModelSource source, LabelledDataset rows, LogitsOptions options);

    /** The part of a model that reads these. */
    Tower tower() {
        return tower;
    }

    /**
     * Reads a file of rows.
     *
     * @throws io.sinter.error.SinterException if it is not there, empty, or has a line that is otherwise
     */
    public LabelledDataset read(Path file, ProbeOptions.Labels labels) {
        return LabelledDataset.read(
                file,
                inputs,
                switch (labels) {
                    case ONE -> LabelledDataset.Labels.REQUIRED;
                    case SEVERAL -> LabelledDataset.Labels.OPTIONAL;
                });
    }
}
