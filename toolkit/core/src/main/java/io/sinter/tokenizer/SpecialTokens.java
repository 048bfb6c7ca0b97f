package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The special tokens of a tokenizer, by Hugging Face's names for what they are for: {@code tokenizer_config.json}'s, which
 * {@code special_tokens_map.json} overrides unless the former has an {@code added_tokens_decoder}, and where both are
 * silent those that the tokenizer's class has if the vocabulary has them.
 */
final class SpecialTokens {

    private static final List<String> ROLES = List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

    private final Path folder;
    private final Map<String, AddedToken> byRole;
    private final List<AddedToken> others;

    private SpecialTokens(Path folder, Map<String, AddedToken> byRole, List<AddedToken> others) {
        this.folder = folder;
        this.byRole = byRole;
        this.others = others;
    }

    /**
     * Reads them.
     *
     * @param known whether the vocabulary or the added tokens have a token
     */
    static SpecialTokens of(TokenizerFiles files, TokenizerFamily family, Predicate<String> known) {
        boolean listed = files.config().path("added_tokens_decoder").isObject();
        Map<String, AddedToken> byRole = new LinkedHashMap<>();
        for (String role : ROLES) {
            String key = role + "_token";
            Optional<AddedToken> usual = usual(family, role);
            AddedToken plain = AddedToken.special("-")
                    .withLstrip(usual.map(AddedToken::lstrip).orElse(false));
            Optional<AddedToken> token = stated(files, key, listed, plain);
            if (token.isEmpty() && !files.config().has(key)) {
                token = usual.filter(t -> known.test(t.content()));
            }
            token.ifPresent(t -> byRole.put(role, t));
        }
        return new SpecialTokens(files.folder(), byRole, others(files, listed));
    }

    private static List<AddedToken> others(TokenizerFiles files, boolean listed) {
        List<AddedToken> others = new ArrayList<>();
        for (String key : List.of("additional_special_tokens", "extra_special_tokens")) {
            Path config = files.folder().resolve(TokenizerFiles.CONFIG);
            for (JsonNode node : files.config().path(key)) {
                others.add(AddedToken.read(config, key, node, AddedToken.special("-")));
            }
            Path map = files.folder().resolve(TokenizerFiles.SPECIAL_TOKENS);
            for (JsonNode node :
                    listed ? MissingNode.getInstance() : files.specialTokens().path(key)) {
                others.add(AddedToken.read(map, key, node, AddedToken.special("-")));
            }
        }
        return others;
    }

    private static Optional<AddedToken> stated(TokenizerFiles files, String key, boolean listed, AddedToken plain) {
        JsonNode map = files.specialTokens().path(key);
        if (!listed && !map.isMissingNode() && !map.isNull()) {
            return Optional.of(AddedToken.read(files.folder().resolve(TokenizerFiles.SPECIAL_TOKENS), key, map, plain));
        }
        JsonNode config = files.config().path(key);
        return config.isMissingNode() || config.isNull()
                ? Optional.empty()
                : Optional.of(AddedToken.read(files.folder().resolve(TokenizerFiles.CONFIG), key, config, plain));
    }

    /** All of them, in the order in which Hugging Face's library adds them. */
    List<AddedToken> all() {
        List<AddedToken> all = new ArrayList<>(byRole.values());
        all.addAll(others);
        return all;
    }

    /** The token for a purpose, if there is one. */
    Optional<String> token(String role) {
        return Optional.ofNullable(byRole.get(role)).map(AddedToken::content);
    }

    /**
     * The token for a purpose.
     *
     * @throws MalformedException if there is none
     */
    String required(String role) {
        return token(role)
                .orElseThrow(() -> new MalformedException(
                        "%s: the tokenizer has no %s_token: the vocabulary has not the usual one, and %s names none"
                                .formatted(folder, role, TokenizerFiles.CONFIG)));
    }

    /**
     * What a class takes where the files say nothing. A mask takes the space before it where that would be part of the
     * word.
     */
    private static Optional<AddedToken> usual(TokenizerFamily family, String role) {
        String token = switch (family) {
            case BERT, FUNNEL -> brackets(role, false);
            case DEBERTA, DEBERTA_V2 -> brackets(role, true);
            case ALBERT ->
                switch (role) {
                    case "unk", "pad" -> angles(role);
                    default -> brackets(role, true);
                };
            case MODERNBERT -> brackets(role, false);
            case MPNET -> role.equals("unk") ? "[UNK]" : angles(role);
            case ROBERTA, XLM_ROBERTA, CAMEMBERT -> angles(role);
            case T5 -> List.of("eos", "unk", "pad").contains(role) ? angles(role) : "";
            case GPT2 -> List.of("bos", "eos", "unk").contains(role) ? "<|endoftext|>" : "";
            case QWEN2 -> List.of("eos", "unk", "pad").contains(role) ? "<|endoftext|>" : "";
            case CLIP ->
                switch (role) {
                    case "bos" -> "<|startoftext|>";
                    case "eos", "unk", "pad" -> "<|endoftext|>";
                    default -> "";
                };
            case LLAMA -> List.of("bos", "eos", "unk").contains(role) ? angles(role) : "";
        };
        boolean lstrip = role.equals("mask")
                && switch (family) {
                    case ROBERTA, DEBERTA, MODERNBERT, XLM_ROBERTA, CAMEMBERT, ALBERT -> true;
                    case BERT, FUNNEL, MPNET, GPT2, QWEN2, CLIP, LLAMA, T5, DEBERTA_V2 -> false;
                };
        return token.isEmpty()
                ? Optional.empty()
                : Optional.of(AddedToken.special(token).withLstrip(lstrip));
    }

    private static String brackets(String role, boolean ends) {
        return switch (role) {
            case "bos" -> ends ? "[CLS]" : "";
            case "eos" -> ends ? "[SEP]" : "";
            default -> "[" + role.toUpperCase(Locale.ROOT) + "]";
        };
    }

    private static String angles(String role) {
        return switch (role) {
            case "bos", "cls" -> "<s>";
            case "eos", "sep" -> "</s>";
            default -> "<" + role + ">";
        };
    }
}
