package io.sinter.weights;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a recipe needs to know of a method.
 *
 * @param name in kebab-case
 * @param about what the result is, in a line
 * @param inputs the models that it takes
 * @param parameters in the order in which they are listed to users
 * @param maker makes the merge from values that were checked and filled in
 */
public record MethodDescription(
        String name,
        String about,
        Inputs inputs,
        List<Parameter> parameters,
        Function<ParameterValues, WeightMerge> maker) {

    /** Keeps the parameters from change. */
    public MethodDescription {
        parameters = List.copyOf(parameters);
    }

    /**
     * The models that a method takes.
     *
     * @param base whether it has a base model
     * @param fewestModels without the base
     * @param mostModels without the base
     * @param texts whether it runs the models over texts
     */
    public record Inputs(BaseModel base, int fewestModels, int mostModels, Texts texts) {

        /** Those of a method that looks at nothing but weights. */
        public Inputs(BaseModel base, int fewestModels, int mostModels) {
            this(base, fewestModels, mostModels, Texts.NONE);
        }

        Inputs withTexts() {
            return new Inputs(base, fewestModels, mostModels, Texts.REQUIRED);
        }

        static Inputs any(BaseModel base) {
            return new Inputs(base, 1, Integer.MAX_VALUE);
        }

        static Inputs exactly(int models, BaseModel base) {
            return new Inputs(base, models, models);
        }
    }

    /** Whether a method runs the models. */
    public enum Texts {
        /** It looks at weights only. */
        NONE,
        /** It runs every model over texts that it represents. */
        REQUIRED
    }

    /** Whether it runs the models over texts. */
    public Texts texts() {
        return inputs.texts();
    }

    /** Whether it has a base model. */
    public BaseModel base() {
        return inputs.base();
    }

    /** The fewest models that it takes, the base not counted. */
    public int fewestModels() {
        return inputs.fewestModels();
    }

    /** The most models that it takes, the base not counted; {@link Integer#MAX_VALUE} for any number. */
    public int mostModels() {
        return inputs.mostModels();
    }

    /** The parameter of that name. */
    public Optional<Parameter> parameter(String key) {
        return parameters.stream().filter(p -> p.name().equals(key)).findFirst();
    }
}
