/** Recipes with a {@code train:} section, from the merge to the trained directory. */
@NullMarked
package io.sinter.finetune.recipe;

import org.jspecify.annotations.NullMarked;
