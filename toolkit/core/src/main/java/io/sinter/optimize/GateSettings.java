package io.sinter.optimize;

import io.sinter.quality.QualityGate;
import io.sinter.quality.SampleTexts;

/**
 * How a reduced model is held to the full one.
 *
 * @param gate the bound
 * @param texts what both are run on, where the model has a tokenizer
 */
public record GateSettings(QualityGate gate, SampleTexts texts) {

    /** The usual bound and the built-in texts. */
    public static GateSettings usual() {
        return new GateSettings(new QualityGate(QualityGate.USUAL), SampleTexts.builtIn());
    }
}
