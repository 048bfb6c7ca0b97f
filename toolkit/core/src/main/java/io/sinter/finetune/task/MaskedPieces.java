package io.sinter.finetune.task;

import io.sinter.eval.MaskedExample;
import io.sinter.eval.TokenMasking;
import io.sinter.tokenizer.Encoding;
import io.sinter.train.Batches;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Pieces of texts that are masked anew in every epoch. What a batch holds is a function of its number: the order of the pieces
 * comes of seed and epoch; what is hidden of a piece comes of seed, epoch and the piece's number.
 *
 * @param pieces as {@link io.sinter.eval.Pieces} cuts them, at least one
 * @param masking hides their tokens
 * @param batches how many pieces a step takes, and the seed
 */
record MaskedPieces(List<Encoding> pieces, TokenMasking masking, Batches batches) {

    /** Steps until every piece was seen once; pieces that fill no batch are left out. */
    long stepsPerEpoch() {
        return batches.stepsPerEpoch(pieces.size());
    }

    /**
     * The pieces of a batch.
     *
     * @param number from 0
     */
    List<MaskedExample> batch(long number) {
        long epoch = number / stepsPerEpoch();
        return Arrays.stream(batches.of(number, pieces.size()))
                .mapToObj(piece -> masking.mask(pieces.get(piece), random(batches.seed(), epoch, piece)))
                .toList();
    }

    /** Draws of their own for every seed, epoch and piece: each number is mixed into what the ones before it came to. */
    private static SplittableRandom random(long... parts) {
        long key = LongStream.of(parts).reduce(0, (mixed, part) -> new SplittableRandom(mixed + part).nextLong());
        return new SplittableRandom(key);
    }
}
