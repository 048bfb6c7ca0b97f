package io.sinter.tokenizer;

import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tokenizers that are built alike: Hugging Face's classes, without the ending {@code Fast}, and the model types that have
 * them.
 */
enum TokenizerFamily {
    /** WordPiece between [CLS] and [SEP]. */
    BERT(
            Set.of(
                    "BertTokenizer",
                    "DistilBertTokenizer",
                    "ElectraTokenizer",
                    "MobileBertTokenizer",
                    "ConvBertTokenizer",
                    "SqueezeBertTokenizer",
                    "LxmertTokenizer",
                    "LayoutLMTokenizer",
                    "RetriBertTokenizer",
                    "RealmTokenizer",
                    "DPRQuestionEncoderTokenizer",
                    "DPRContextEncoderTokenizer",
                    "DPRReaderTokenizer"),
            Set.of(
                    "bert",
                    "distilbert",
                    "electra",
                    "mobilebert",
                    "convbert",
                    "squeezebert",
                    "lxmert",
                    "layoutlm",
                    "dpr",
                    "nomic_bert",
                    "nezha",
                    "megatron-bert",
                    "visual_bert",
                    "ernie",
                    "new")),
    /** BERT's, but that [CLS] has token type 2. */
    FUNNEL(Set.of("FunnelTokenizer"), Set.of("funnel")),
    /** WordPiece with RoBERTa's special tokens. */
    MPNET(Set.of("MPNetTokenizer"), Set.of("mpnet")),
    /** Byte-level BPE that adds nothing. */
    GPT2(
            Set.of("GPT2Tokenizer", "CodeGenTokenizer"),
            Set.of("gpt2", "gpt_neo", "gptj", "opt", "codegen", "gpt_bigcode")),
    /** Byte-level BPE between {@code <s>} and {@code </s>}. */
    ROBERTA(
            Set.of("RobertaTokenizer", "LongformerTokenizer", "BartTokenizer", "LEDTokenizer", "MvpTokenizer"),
            Set.of("roberta", "roberta-prelayernorm", "longformer", "bart", "led", "mvp", "data2vec-text")),
    /** Byte-level BPE between [CLS] and [SEP]. */
    DEBERTA(Set.of("DebertaTokenizer"), Set.of("deberta")),
    /** Byte-level BPE of the text in form NFC between [CLS] and [SEP]. */
    MODERNBERT(Set.of("ModernBertTokenizer"), Set.of("modernbert")),
    /** Byte-level BPE with ends of words, of the lower-case text. */
    CLIP(Set.of("CLIPTokenizer"), Set.of("clip", "clip_text_model")),
    /** Byte-level BPE of the text in form NFC, a digit a token. */
    QWEN2(Set.of("Qwen2Tokenizer"), Set.of("qwen2", "qwen3", "qwen2_moe", "qwen3_moe")),
    /** SentencePiece's BPE, with bytes for characters that the vocabulary lacks. */
    LLAMA(Set.of("LlamaTokenizer"), Set.of("llama", "mistral", "mixtral")),
    /** SentencePiece's unigrams of text without accents, between [CLS] and [SEP]. */
    ALBERT(Set.of("AlbertTokenizer"), Set.of("albert")),
    /** SentencePiece's unigrams between {@code <s>} and {@code </s>}, with ids in fairseq's order. */
    XLM_ROBERTA(Set.of("XLMRobertaTokenizer"), Set.of("xlm-roberta", "xlm-roberta-xl", "xmod")),
    /** The same with other additions. */
    CAMEMBERT(Set.of("CamembertTokenizer"), Set.of("camembert")),
    /** SentencePiece's unigrams and {@code </s>}. */
    T5(Set.of("T5Tokenizer"), Set.of("t5", "mt5", "umt5")),
    /** SentencePiece's unigrams between [CLS] and [SEP]. */
    DEBERTA_V2(Set.of("DebertaV2Tokenizer"), Set.of("deberta-v2"));

    private final Set<String> classes;
    private final Set<String> modelTypes;

    TokenizerFamily(Set<String> classes, Set<String> modelTypes) {
        this.classes = classes;
        this.modelTypes = modelTypes;
    }

    /**
     * The family of a model: of the tokenizer's class where the files say it, else of the model's type.
     *
     * @throws UnsupportedException if there is none for it
     * @throws MissingException if the files say neither
     */
    static TokenizerFamily of(TokenizerFiles files) {
        Optional<String> name = files.tokenizerClass();
        if (name.isPresent()) {
            return find(f -> f.classes, name.get())
                    .orElseThrow(() -> unknown(files, "tokenizer class \"%s\"".formatted(name.get()), f -> f.classes));
        }
        String type = files.modelType()
                .orElseThrow(() -> new MissingException(
                        "%s: no tokenizer.json, and to build one from the vocabulary the kind of tokenizer must be known: tokenizer_config.json says no tokenizer_class, config.json no model_type"
                                .formatted(files.folder())));
        return find(f -> f.modelTypes, type)
                .orElseThrow(() -> unknown(files, "model type \"%s\"".formatted(type), f -> f.modelTypes));
    }

    /** Whether the files say what kind of tokenizer theirs is. */
    static boolean isStated(TokenizerFiles files) {
        return files.tokenizerClass().isPresent() || files.modelType().isPresent();
    }

    /** What a tokenizer is built from; where there are several, any of these is enough. */
    List<VocabularyFormat> formats() {
        return switch (this) {
            case BERT, FUNNEL, MPNET -> List.of(VocabularyFormat.LINES);
            case GPT2, ROBERTA, DEBERTA, MODERNBERT, CLIP, QWEN2 -> List.of(VocabularyFormat.MERGES);
            case LLAMA -> List.of(VocabularyFormat.MERGES, VocabularyFormat.SENTENCE_PIECE);
            case ALBERT, XLM_ROBERTA, CAMEMBERT, T5, DEBERTA_V2 -> List.of(VocabularyFormat.SENTENCE_PIECE);
        };
    }

    /** The class that its Hugging Face tokenizers are named after. */
    String className() {
        return switch (this) {
            case BERT -> "BertTokenizer";
            case FUNNEL -> "FunnelTokenizer";
            case MPNET -> "MPNetTokenizer";
            case GPT2 -> "GPT2Tokenizer";
            case ROBERTA -> "RobertaTokenizer";
            case DEBERTA -> "DebertaTokenizer";
            case MODERNBERT -> "ModernBertTokenizer";
            case CLIP -> "CLIPTokenizer";
            case QWEN2 -> "Qwen2Tokenizer";
            case LLAMA -> "LlamaTokenizer";
            case ALBERT -> "AlbertTokenizer";
            case XLM_ROBERTA -> "XLMRobertaTokenizer";
            case CAMEMBERT -> "CamembertTokenizer";
            case T5 -> "T5Tokenizer";
            case DEBERTA_V2 -> "DebertaV2Tokenizer";
        };
    }

    private static Optional<TokenizerFamily> find(Function<TokenizerFamily, Set<String>> names, String name) {
        return Arrays.stream(values())
                .filter(f -> names.apply(f).contains(name))
                .findFirst();
    }

    private static UnsupportedException unknown(
            TokenizerFiles files, String what, Function<TokenizerFamily, Set<String>> names) {
        String known = Arrays.stream(values())
                .flatMap(f -> names.apply(f).stream())
                .sorted()
                .collect(Collectors.joining(", "));
        return new UnsupportedException(
                "%s: no tokenizer.json, and for %s none is built; known: %s; put the model's tokenizer.json there"
                        .formatted(files.folder(), what, known));
    }
}
