package io.sinter.wordvectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTest {

    private static final long SEED = 20_261_123;

    private static float parse(String text) {
        byte[] bytes = ("x" + text + "9").getBytes(StandardCharsets.US_ASCII);
        return Decimals.parse(bytes, 1, bytes.length - 1);
    }

    private static void assertSame(String text) {
        float expected = Float.parseFloat(text);
        assertThat(Float.floatToRawIntBits(parse(text)))
                .as("%s (seed %d)", text, SEED)
                .isEqualTo(Float.floatToRawIntBits(Float.isFinite(expected) ? expected : Float.NaN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0.0",
                "-0.0e5",
                "1",
                "+1",
                "-1.5",
                ".5",
                "5.",
                "1e3",
                "1E-3",
                "1.4E-45",
                "7e-46",
                "3.4028235e38",
                "3.40282356e38",
                "1.17549435E-38",
                "1.1754943E-38",
                "16777217",
                "16777219",
                "0.000000000000000000000001",
                "123456789012345678901234567890e-20",
                "9007199254740993",
                "000000000000000000000000.5",
                "1e-400",
                "1.00000005960464477539062501",
                "1.00000005960464477539062500"
            })
    void number_isParsedAs_theJdkDoes(String text) {
        assertSame(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                ".",
                "-.",
                "e5",
                "1e",
                "1e+",
                "1e1234567",
                "nan",
                "NaN",
                "inf",
                "1e39",
                "3.5e38",
                "-1e400",
                "1f",
                "1d",
                "0x1p3",
                "1 ",
                " 1",
                "1..2",
                "1.2.3",
                "1,5",
                "--1",
                "1e1.5",
                "\u0661"
            })
    void textThatIsNoFiniteNumber_isNaN(String text) {
        assertThat(parse(text)).isNaN();
    }

    @Test
    void shortestFormOfRandomFloats_givesTheirBits() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                assertSame(Float.toString(value));
            }
        }
    }

    @Test
    void randomDecimals_areNearest() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 200_000; i++) {
            long digits = random.nextLong(1L << random.nextInt(1, 62));
            String text = "%s%d".formatted(random.nextBoolean() ? "-" : "", digits);
            assertSame(
                    switch (random.nextInt(3)) {
                        case 0 -> text;
                        case 1 -> text + "e" + random.nextInt(-60, 40);
                        default -> "%s0.%06d".formatted(random.nextBoolean() ? "-" : "", digits % 1_000_000);
                    });
        }
    }

    /** Between two floats, and a little beside: where rounding twice goes wrong. */
    @Test
    void middlesOfFloats_areRoundedOnce() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            float low = Float.intBitsToFloat(random.nextInt(0x20000000, 0x60000000));
            BigDecimal middle =
                    new BigDecimal(low).add(new BigDecimal(Math.nextUp(low))).divide(BigDecimal.TWO);
            assertSame(middle.toString());
            assertSame(middle.round(new java.math.MathContext(17)).toString());
            assertSame(middle.add(middle.ulp()).toString());
        }
    }
}
