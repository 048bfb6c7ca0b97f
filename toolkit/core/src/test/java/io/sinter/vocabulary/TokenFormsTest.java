package io.sinter.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.vocabulary.TokenForm.Kind;
import io.sinter.vocabulary.TokenForm.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TokenFormsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "bert_base, for, for, START, TEXT",
        "bert_base, ##s, s, CONTINUATION, TEXT",
        "bert_base, (, (, ISOLATED, TEXT",
        "bert_base, 京, 京, ISOLATED, TEXT",
        "bert_base, [CLS], [CLS], ISOLATED, SPECIAL",
        "roberta_base, Ġc, c, START, TEXT",
        "roberta_base, ent, ent, CONTINUATION, TEXT",
        "roberta_base, !, !, ISOLATED, TEXT",
        "roberta_base, Ġ, '', START, TEXT",
        "roberta_base, ä, <0xE4>, CONTINUATION, BYTES",
        "llama_gqa, ▁en, en, START, TEXT",
        "llama_gqa, ver, ver, CONTINUATION, TEXT",
        "llama_gqa, <0x41>, <0x41>, CONTINUATION, BYTES",
        "xlmr_charsmap, ▁, '', START, TEXT",
        "xlmr_charsmap, 東, 東, ISOLATED, TEXT",
        "clip_base, the</w>, the, START, TEXT",
        "clip_base, th, th, CONTINUATION, TEXT",
        "clip_base, !</w>, !, ISOLATED, TEXT",
        "clip_base, !, !, CONTINUATION, TEXT",
    })
    void token_isRead_asItsTokenizerWritesIt(String model, String token, String surface, Place place, Kind kind) {
        TokenizerJson json = Tokenizers.golden(model);
        int id = json.vocabulary().id(token).orElseThrow();

        TokenForm form = TokenForms.of(json).form(id).orElseThrow();

        assertThat(form.surface()).isEqualTo(surface);
        assertThat(form.place()).isEqualTo(place);
        assertThat(form.kind()).isEqualTo(kind);
        assertThat(form.token()).isEqualTo(token);
    }

    @ParameterizedTest
    @MethodSource("io.sinter.vocabulary.Tokenizers#golden")
    void everyToken_hasAForm(Path model) {
        TokenizerJson json = TokenizerJson.load(model);
        TokenForms forms = TokenForms.of(json);

        assertThat(forms.rows()).isEqualTo(json.vocabulary().rowsNeeded());
        assertThat(forms.stream().count()).isEqualTo(json.vocabulary().size());
        assertThat(forms.ofKind(Kind.TEXT).size()).isGreaterThan(forms.rows() / 5);
    }

    @ParameterizedTest
    @CsvSource({
        "bert_base, CLS, [CLS]",
        "bert_base, MASK, [MASK]",
        "roberta_base, CLS, <s>",
        "roberta_base, SEP, </s>",
        "roberta_base, PAD, <pad>",
        "xlmr_charsmap, UNK, <unk>",
        "t5enc_relu, SEP, </s>",
        "clip_base, CLS, <|startoftext|>",
        "qwen2_base, SEP, <|endoftext|>",
    })
    void specialToken_isKnown_byItsPurpose(String model, SpecialToken role, String token) {
        TokenizerJson json = Tokenizers.golden(model);

        assertThat(TokenForms.of(json).special(role))
                .isEqualTo(json.vocabulary().id(token));
    }

    @Test
    void textsWithoutBeginning_haveNoCls() {
        assertThat(TokenForms.of(Tokenizers.golden("t5enc_relu")).special(SpecialToken.CLS))
                .isEmpty();
    }

    @Test
    void unusedSlots_areNoText() {
        TokenForms forms = TokenForms.of(Tokenizers.wordPiece("[PAD]", "[UNK]", "[unused0]", "[unused99]", "word"));

        assertThat(forms.ofKind(Kind.UNUSED)).extracting(TokenForm::id).containsExactly(2, 3);
        assertThat(forms.ofKind(Kind.TEXT)).extracting(TokenForm::surface).containsExactly("word");
    }

    @Test
    void words_beginWords() throws IOException {
        Path file = Files.writeString(folder.resolve("words.txt"), "the\n,\n<unk>\nNew_York\n");

        TokenForms forms = TokenForms.ofWords(Vocabulary.read(file));

        assertThat(forms.form(0)).get().extracting(TokenForm::place).isEqualTo(Place.START);
        assertThat(forms.form(1)).get().extracting(TokenForm::place).isEqualTo(Place.ISOLATED);
        assertThat(forms.form(2)).get().extracting(TokenForm::role).isEqualTo(SpecialToken.UNK);
        assertThat(forms.form(3)).get().extracting(TokenForm::kind).isEqualTo(Kind.TEXT);
    }
}
