/** Linear classifiers on frozen vectors: logistic regression, cross-validated, exported as a head of the vectors' graph. */
@NullMarked
package io.sinter.probe;

import org.jspecify.annotations.NullMarked;
