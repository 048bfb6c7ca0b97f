/** Tokenizers and their vocabularies, checked in Java before native code reads them. */
@NullMarked
package io.sinter.tokenizer;

import org.jspecify.annotations.NullMarked;
