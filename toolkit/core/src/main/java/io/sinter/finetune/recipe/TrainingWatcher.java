package io.sinter.finetune.recipe;

import io.sinter.train.TrainingListener;

/** Is told of what happens in the training of a recipe. */
public interface TrainingWatcher extends TrainingListener {

    /** Watches nothing. */
    TrainingWatcher NONE = new TrainingWatcher() {};

    /** Everything is ready, and the first step comes next. */
    default void planned(TrainingPlan plan) {}
}
