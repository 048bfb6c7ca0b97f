/** Recipes: YAML read into records, where an unknown key or a wrong value is an error with its line. */
@NullMarked
package io.sinter.recipe;

import org.jspecify.annotations.NullMarked;
