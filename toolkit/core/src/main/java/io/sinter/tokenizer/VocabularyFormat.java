package io.sinter.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a tokenizer's vocabulary is stored as. */
enum VocabularyFormat {
    /** A token a line. */
    LINES("vocab.txt", "vocab.txt"),
    /** Tokens with their ids, and pairs of them in the order in which they are merged. */
    MERGES("vocab.json and merges.txt", "vocab.json"),
    /** A model of SentencePiece. */
    SENTENCE_PIECE("a SentencePiece model", "sentencepiece.bpe.model", "spiece.model", "spm.model", "tokenizer.model");

    private final String label;
    private final List<String> names;

    VocabularyFormat(String label, String... names) {
        this.label = label;
        this.names = List.of(names);
    }

    /** What it is called in messages. */
    String label() {
        return label;
    }

    /** The file in a folder that is of this format, if there is one. */
    Optional<Path> find(TokenizerFiles files) {
        return names.stream().filter(files::has).findFirst().map(files.folder()::resolve);
    }
}
