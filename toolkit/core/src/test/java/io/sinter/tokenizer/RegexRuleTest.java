package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.tokenizer.RegexParser.Refusal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexRuleTest {

    /** GPT-2, cl100k, Llama 3, Qwen 2, o200k, CLIP, DeepSeek 3, BLOOM, Kimi K2, SigLIP, and what converters write. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[\\u4e00-\\u9fa5\\u3040-\\u309f\\u30a0-\\u30ff]+",
                " ?[^(\\s|[.,!?…。，、।۔،])]+",
                "[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                "[!\"#$%&'()*+,-./:;<=>?@\\[\\]^_`{|}~]",
                " {2,}",
                "\\s+",
                "(?<!\\n)\\s+$",
                "\\d{1,3}(?=(?:\\d{3})*\\b)",
                "(?:[A-Z][a-z]+)+",
                "(?:\\d{3},)*\\d{3}",
                "(?:ab|c)*d",
                "\\n|[ \\t]{1,4}",
                "[^\\S\\r\\n]*",
                "[[:alpha:]][[:digit:]]*",
                "\\x{1F600}|\\u00e9",
            })
    void patternOfATokenizer_isAccepted(String regex) {
        assertThatCode(() -> RegexRule.check(regex)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+",
                "(a+)+$",
                "(?:a*)*b",
                "(a|a)*b",
                "(a|ab)*c",
                "(\\w+\\s?)*!",
                "(?i:(A|a)+)x",
                "([a-zA-Z]+)*[0-9]",
                "(\\p{L}+\\p{M}*)+\\d",
                "(?>a+)+b",
                "(a{1,3})+b",
                "a{1,3}+b",
                "(?:(?:a+)b?)+c",
                "(.*)*",
                "(?=(a+)+b)a",
                "(a|ab|b){9,}",
                "(\\p{Unheard}|x)*y",
                "([^\\p{Unheard}]|x)*y",
            })
    void repetitionWithChoices_isRefused(String regex) {
        assertThatThrownBy(() -> RegexRule.check(regex))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("may take exponential time");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "(a)\\1 ~ backreference \\1",
                "(?<x>a)\\k<x> ~ call \\k",
                "(?<x>a\\g<x>?) ~ call \\g",
                "(?(1)a|b) ~ group \"(?(1\" is not accepted",
                "(?{x}) ~ group \"(?{x\" is not accepted",
                "(?{code}) ~ group \"(?{c\" is not accepted",
                "a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaa ~ too many places",
                "(a|ab|b){9} ~ too many places",
                "a*a*a*a*a*b ~ too many places",
                "((a{99}){99}){99} ~ multiply to more than 1000",
                "a{1001} ~ repeated more than 1000 times",
                "(a ~ no \")\"",
                "a) ~ unexpected \")\"",
                "[a ~ ends too early",
                "*a ~ nothing to repeat",
                "\\p{L ~ no property in braces",
                "\\xZZ ~ no hexadecimal number",
            })
    void whatCannotBeBounded_isRefused(String regex, String message) {
        assertThatThrownBy(() -> RegexRule.check(regex))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(message);
    }

    @Test
    void deepGroups_areRefused() {
        assertThatThrownBy(() -> RegexRule.check("(".repeat(9_000)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("groups inside groups more than 50 deep");
        assertThatThrownBy(() -> RegexRule.check("[".repeat(9_000)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("classes inside classes more than 50 deep");
        assertThatThrownBy(() -> RegexRule.check("a".repeat(9_000)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("more than 1000 characters and classes");
    }

    @Test
    void anyText_isAcceptedOrRefused_nothingElse() {
        String alphabet = "ab(|)[]^-&&{1,3}*+?\\pPLsSdwx.$:!<=>i'é";
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder regex = new StringBuilder();
            for (int length = random.nextInt(14); length >= 0; length--) {
                regex.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                RegexRule.check(regex.toString());
            } catch (Refusal refusal) {
                assertThat(refusal).as("seed %d: %s", seed, regex).message().isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + regex, e);
            }
        }
    }
}
