package io.sinter.encoder.family;

import io.sinter.encoder.Settings;

/**
 * Which row of the table of distances is between a query and a key in DeBERTa: one a distance, or, with buckets, fewer
 * the farther they are apart (He et al. 2021, arXiv:2111.09543; transformers' {@code make_log_bucket_position}).
 *
 * @param buckets of each sign; 0 for none
 * @param farthest distance that has its own row or bucket
 */
record DebertaDistances(long buckets, long farthest) {

    /** DeBERTa-v2's configuration; DeBERTa's has no buckets. */
    static DebertaDistances of(Settings config) {
        long given = config.integer("max_relative_positions", -1);
        long farthest = given < 1 ? config.size("max_position_embeddings") : given;
        long buckets = config.text("model_type", "").equals("deberta")
                ? 0
                : Math.max(0, config.integer("position_buckets", -1));
        if (buckets > 0 && (buckets < 4 || farthest - 1 <= buckets / 2)) {
            throw config.contradiction(
                    "position_buckets %d for distances up to %d: expected 4 or more, and less than twice the distances"
                            .formatted(buckets, farthest));
        }
        return new DebertaDistances(buckets, farthest);
    }

    /** Distances of each sign that have a row. */
    long span() {
        return buckets > 0 ? buckets : farthest;
    }

    /** Rows of the table. */
    long rows() {
        return 2 * span();
    }

    /** From this distance on, all have the same row. */
    long limit() {
        long limit = Math.max(farthest, span());
        while (row(-limit) != rows() - 1 || row(limit) != 0) {
            limit++;
        }
        return limit;
    }

    /** The row of a distance, the key's place − the query's. */
    long row(long distance) {
        return Math.clamp(bucket(-distance) + span(), 0, rows() - 1);
    }

    /** The logarithms are those of float32, as in transformers, which matters at the buckets' ends. */
    private long bucket(long distance) {
        long middle = buckets / 2;
        long n = Math.abs(distance);
        if (buckets == 0 || n <= middle) {
            return distance;
        }
        float share =
                (float) Math.log((float) n / middle) / (float) Math.log((float) ((farthest - 1) / (double) middle));
        return Long.signum(distance) * ((long) Math.ceil(share * (middle - 1)) + middle);
    }
}
