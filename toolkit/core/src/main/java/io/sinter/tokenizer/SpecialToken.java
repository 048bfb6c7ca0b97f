package io.sinter.tokenizer;

import java.util.List;

/** What a special token is for. */
public enum SpecialToken {
    /** Begins a sequence; its vector may stand for all of it. */
    CLS,
    /** Ends or separates sequences. */
    SEP,
    /** Fills rows of a batch. */
    PAD,
    /** Stands for what the vocabulary lacks. */
    UNK,
    /** Stands for a token to be predicted. */
    MASK;

    /** How common tokenizers write it, the most specific first. */
    public List<String> spellings() {
        return switch (this) {
            case CLS -> List.of("[CLS]", "<s>", "<cls>", "<|startoftext|>", "<bos>");
            case SEP -> List.of("[SEP]", "</s>", "<sep>", "<|endoftext|>", "<eos>");
            case PAD -> List.of("[PAD]", "<pad>", "<|pad|>", "<|endoftext|>");
            case UNK -> List.of("[UNK]", "<unk>", "<|endoftext|>");
            case MASK -> List.of("[MASK]", "<mask>");
        };
    }
}
