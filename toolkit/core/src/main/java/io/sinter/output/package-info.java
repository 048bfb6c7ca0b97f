/** Output directories: written whole or not at all, and loadable by Hugging Face tools. */
@NullMarked
package io.sinter.output;

import org.jspecify.annotations.NullMarked;
