/** Units of models that can change places, and how those of one model are matched to another's. */
@org.jspecify.annotations.NullMarked
package io.sinter.permutation;
