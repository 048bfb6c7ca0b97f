package io.sinter.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tokenizer.CharacterSet.Range;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges hold what trying them one by one finds, whatever their order, and however they overlap. */
class CharacterSetTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 100})
    void of_ranges_holdsWhatOneOfThemHolds(int count) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Range> ranges = Stream.generate(() -> new Range(random.nextInt(1000), random.nextInt(1000)))
                    .limit(count)
                    .map(range -> random.nextBoolean() ? range : new Range(range.from(), range.from() + 3))
                    .toList();

            CharacterSet set = CharacterSet.of(ranges);

            assertThat(IntStream.range(0, 1010).filter(set.may()).boxed())
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(IntStream.range(0, 1010)
                            .filter(c -> ranges.stream().anyMatch(r -> r.from() <= c && c <= r.to()))
                            .boxed()
                            .toList());
        }
    }
}
