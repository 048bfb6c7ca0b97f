package io.sinter.checkpoint;

import io.sinter.checkpoint.PlannedTensor.Work;
import io.sinter.runtime.Runtime;
import io.sinter.weights.RegMean;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is found out about the models of a merge before their tensors are streamed, when all weights are there.
 *
 * @param runtime runs models; asked for where one is run
 * @param scratch memory for what is found
 */
record StagePreparation(Supplier<Runtime> runtime, Scratch scratch) {

    /** The plan with what was found. */
    StagePlan prepare(StagePlan stage) {
        StagePlan aligned = stage.stage().align() == null ? stage : new Alignments(stage, runtime, scratch).prepare();
        return regresses(aligned.tensors()) ? new Regressions(aligned, scratch).prepare(runtime.get()) : aligned;
    }

    private static boolean regresses(List<PlannedTensor> tensors) {
        return tensors.stream().anyMatch(t -> t.work() instanceof Work.Merge merge && merge.merge() instanceof RegMean);
    }
}
