/** Files of word vectors: word2vec's text and binary, GloVe's, fastText's {@code .vec}; read strictly and written exactly. */
@NullMarked
package io.sinter.wordvectors;

import org.jspecify.annotations.NullMarked;
