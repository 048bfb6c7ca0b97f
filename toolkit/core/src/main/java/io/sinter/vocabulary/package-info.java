/** What tokens stand for, whichever way a tokenizer writes them: vocabularies aligned, and tokenizers made of others. */
@NullMarked
package io.sinter.vocabulary;

import org.jspecify.annotations.NullMarked;
