package io.sinter.ensemble;

import io.sinter.encoder.ImageInput;
import io.sinter.encoder.SentenceHead;
import io.sinter.image.ImageProcessor;
import io.sinter.image.Picture;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.Execution;
import io.sinter.inference.PairEmbedder;
import io.sinter.onnx.ir.Model;
import io.sinter.pooling.Normalization;
import io.sinter.runtime.Session;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graph of texts and pictures beside its encoders run one by one: on texts alone, pictures alone, and both. */
record PairAgreement(EnsembleVerification verification, EnsemblePlan plan, EnsembleParameters parameters) {

    private static final int BATCH_TOKENS = 512;

    /** Compares. */
    EnsembleReport.Agreement of(Path directory, List<String> texts) {
        SamplePairs samples = SamplePairs.of(texts);
        List<TensorData> vectors = new ArrayList<>();
        for (Branch branch : plan.branches()) {
            vectors.add(
                    switch (branch) {
                        case TextBranch text -> samples.textRows(verification.alone(text, samples.texts()));
                        case ImageBranch image -> samples.imageRows(alone(image, samples.pictures()));
                    });
        }
        Map<String, TensorData> inputs = new HashMap<>(CombinationGraph.inputs(plan, vectors));
        inputs.putAll(samples.marks());
        TensorData expected;
        try (Session top = verification.runtime().open(CombinationGraph.of(plan, parameters), verification.options())) {
            expected = top.run(inputs, SentenceHead.OUTPUT);
        }
        EmbedderOptions how = EmbedderOptions.DEFAULT
                .withNormalization(Normalization.NONE)
                .withExecution(new Execution(verification.options(), 1, BATCH_TOKENS));
        try (PairEmbedder merged = PairEmbedder.open(verification.runtime(), ModelSource.open(directory), how)) {
            Agreement agreement = new Agreement();
            agreement.add(expected, merged.embed(samples.pairs()));
            return agreement.of(texts.size());
        }
    }

    private TensorData alone(ImageBranch branch, List<Picture> pictures) {
        ImageProcessor processor = ImageProcessor.read(branch.encoder().processorFile());
        Model model = branch.model();
        String output = model.graph().outputs().getFirst().name();
        TensorData all = TensorData.allocate(DType.FLOAT, List.of((long) pictures.size(), branch.width()));
        try (Session session = verification.runtime().open(model, verification.options())) {
            for (int i = 0; i < pictures.size(); i++) {
                TensorData pixels = processor.pixels(pictures.get(i));
                float[] vector = session.run(Map.of(ImageInput.PIXEL_VALUES.label(), pixels), output)
                        .toFloatArray();
                MemorySegment.copy(
                        vector, 0, all.data(), TensorData.F32, i * branch.width() * Float.BYTES, vector.length);
            }
        }
        return all;
    }
}
