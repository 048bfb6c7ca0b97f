package io.sinter.weights;

/** Whether a method has a base model, from which the others are taken to be fine-tuned. */
public enum BaseModel {
    /** There must be one; it is not one of the models. */
    REQUIRED,
    /** The result is another with one. */
    OPTIONAL,
    /** There is none: a model that a recipe names as the base is a model like any other. */
    NONE
}
