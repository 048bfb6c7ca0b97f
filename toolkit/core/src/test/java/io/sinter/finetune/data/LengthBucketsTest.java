package io.sinter.finetune.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.train.Batches;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LengthBucketsTest {

    private static final int EXAMPLES = 1003;

    private static final long SEED = 5;

    private final int[] lengths = new Random(SEED).ints(EXAMPLES, 1, 300).toArray();

    private LengthBuckets buckets(long seed) {
        return new LengthBuckets(new Batches(8, seed), EXAMPLES, i -> lengths[i]);
    }

    @Test
    void epoch_ofAll_hasEveryExampleOnceButTheLast() {
        LengthBuckets buckets = buckets(SEED);
        assertThat(buckets.perEpoch()).isEqualTo(125);
        for (long epoch = 0; epoch < 2; epoch++) {
            int[] seen = LongStream.range(epoch * 125, (epoch + 1) * 125)
                    .boxed()
                    .flatMapToInt(step -> Arrays.stream(buckets.of(step)))
                    .toArray();
            assertThat(seen).hasSize(1000).doesNotHaveDuplicates();
        }
    }

    @Test
    void batches_ofLikeLengths_padLittle() {
        LengthBuckets buckets = buckets(SEED);
        long tokens = 0;
        long padded = 0;
        for (long step = 0; step < 125; step++) {
            int[] batch = buckets.of(step);
            int[] of = Arrays.stream(batch).map(i -> lengths[i]).toArray();
            assertThat(of).isSorted();
            tokens += Arrays.stream(of).sum();
            padded += (long) of.length * of[of.length - 1];
        }
        assertThat((double) tokens / padded).as("seed %d", SEED).isGreaterThan(0.9);
    }

    @Test
    void batch_askedForInAnyOrder_isTheSame() {
        LengthBuckets forwards = buckets(SEED);
        LengthBuckets backwards = buckets(SEED);
        long[] steps = LongStream.range(0, 300).toArray();
        int[][] first = Arrays.stream(steps).mapToObj(forwards::of).toArray(int[][]::new);
        for (int i = steps.length - 1; i >= 0; i--) {
            assertThat(backwards.of(steps[i])).isEqualTo(first[i]);
        }
        assertThat(first[0])
                .isNotEqualTo(first[125])
                .isNotEqualTo(buckets(SEED + 1).of(0));
    }

    @Test
    void batches_inAnEpoch_areNotInOrderOfLength() {
        LengthBuckets buckets = buckets(SEED);
        int[] shortest = IntStream.range(0, 125)
                .map(step -> lengths[buckets.of(step)[0]])
                .toArray();
        long rises = IntStream.range(1, 125)
                .filter(i -> shortest[i] > shortest[i - 1])
                .count();
        assertThat(rises).isBetween(40L, 85L);
    }

    @Test
    void batch_largerThanTheData_isAllOfIt() {
        LengthBuckets few = new LengthBuckets(new Batches(8, 1), 3, i -> i);
        assertThat(few.perEpoch()).isEqualTo(1);
        assertThat(few.of(7)).containsExactly(0, 1, 2);
    }
}
