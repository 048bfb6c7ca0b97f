package io.sinter.checkpoint;

import io.sinter.activations.InputMoments;
import io.sinter.activations.LayerRegression;
import io.sinter.activations.Product;
import io.sinter.activations.Product.InputAxis;
import io.sinter.activations.TextFile;
import io.sinter.checkpoint.PlannedTensor.Work;
import io.sinter.linalg.Matrix;
import io.sinter.onnx.ir.Model;
import io.sinter.runtime.Runtime;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.weights.RegMean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs the models of a RegMean merge over their texts, and plans a regression for every linear layer.
 *
 * @param stage the merge
 * @param scratch memory for the second moments
 */
record Regressions(StagePlan stage, Scratch scratch) {

    /**
     * What a model's graph says of its linear layers.
     *
     * @param moments by the name of the weight in the checkpoint
     * @param axes that run over the inputs, of the weights as the checkpoint has them
     */
    private record Looked(Map<String, Matrix> moments, Map<String, InputAxis> axes) {}

    /** The plan, where layers whose inputs are known are merged by regression. */
    StagePlan prepare(Runtime runtime) {
        Map<String, Looked> layers = new HashMap<>();
        for (OpenedModel model : stage.models()) {
            TextFile texts = stage.texts().get(model.reference());
            if (texts != null) {
                layers.put(model.label(), look(runtime, model, texts));
            }
        }
        List<PlannedTensor> tensors =
                stage.tensors().stream().map(t -> planned(t, layers)).toList();
        List<String> averaged = tensors.stream()
                .filter(t -> t.spec().shape().size() == 2 && isAveraged(t.work()))
                .map(PlannedTensor::name)
                .filter(name -> !Layers.isBefore(name))
                .toList();
        List<String> notes = averaged.isEmpty()
                ? List.of()
                : List.of("averaged, as their inputs are not those of a linear layer: " + String.join(", ", averaged));
        return stage.with(tensors, notes);
    }

    private static boolean isAveraged(Work work) {
        return work instanceof Work.Merge merge && merge.merge() instanceof RegMean;
    }

    private PlannedTensor planned(PlannedTensor tensor, Map<String, Looked> layers) {
        if (!(tensor.work() instanceof Work.Merge work) || !(work.merge() instanceof RegMean settings)) {
            return tensor;
        }
        List<Matrix> moments = new ArrayList<>();
        Optional<InputAxis> axis = Optional.empty();
        for (TensorAddress address : work.models()) {
            Looked model = Objects.requireNonNull(layers.get(address.model()));
            axis = Optional.ofNullable(model.axes.get(address.name()));
            Optional.ofNullable(model.moments.get(address.name())).ifPresent(moments::add);
        }
        if (axis.isEmpty() || moments.size() < work.models().size()) {
            return tensor;
        }
        LayerRegression regression = new LayerRegression(settings, moments, axis.get());
        return new PlannedTensor(
                tensor.name(),
                tensor.spec(),
                tensor.layer(),
                new Work.Merge(regression, work.base(), work.models(), work.seed()));
    }

    private Looked look(Runtime runtime, OpenedModel model, TextFile texts) {
        Model graph = model.encoder(scratch);
        List<Product> products = new ArrayList<>();
        Map<String, InputAxis> axes = new LinkedHashMap<>();
        for (Product product : Product.of(graph.graph())) {
            axis(model, product).ifPresent(axis -> {
                products.add(product);
                axes.put(product.weight().name(), axis);
            });
        }
        InputMoments.Reading reading = new InputMoments.Reading(graph, model.companions(), texts);
        return new Looked(InputMoments.of(runtime, reading, products, scratch::square), axes);
    }

    /** The graph may have a weight as it is or transposed; nothing if it has something else under that name, such as a part. */
    private Optional<InputAxis> axis(OpenedModel model, Product product) {
        String name = product.weight().name();
        TensorData own = Objects.requireNonNull(product.weight().initializer());
        if (model.weights().find(name).isEmpty()) {
            return Optional.empty();
        }
        TensorData stored = Conversion.convert(model.weights().read(name, scratch), DType.FLOAT);
        if (own.shape().equals(stored.shape()) && own.contentEquals(stored)) {
            return Optional.of(product.axis());
        }
        boolean transposed = own.shape().equals(stored.shape().reversed());
        return transposed ? Optional.of(product.axis().other()) : Optional.empty();
    }
}
