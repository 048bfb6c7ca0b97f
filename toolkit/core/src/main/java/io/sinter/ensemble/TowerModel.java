package io.sinter.ensemble;

import io.sinter.encoder.Architectures;
import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.CheckpointWeights;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.TowerGraph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;

/** The graph of a model, of one of texts and pictures the part for either. */
final class TowerModel {

    private TowerModel() {}

    /** A checkpoint's graph without its head. */
    static Model of(CheckpointSource checkpoint, Tower tower) {
        BuildOptions whole = BuildOptions.PORTABLE.withHead(Head.NONE);
        boolean has = Architectures.of(checkpoint.config()).towers().contains(tower);
        return EncoderGraph.build(
                        checkpoint.config(),
                        new CheckpointWeights(checkpoint.checkpoint()),
                        has ? whole.withTower(tower) : whole)
                .model();
    }

    /** A graph, or its part. */
    static Model of(GraphSource graph, Tower tower) {
        Model model = graph.readModel();
        if (TowerGraph.isMixed(model.graph().inputs().stream().map(Value::name).toList())) {
            TowerGraph.keep(model, tower, graph.path().toString());
        }
        return model;
    }
}
