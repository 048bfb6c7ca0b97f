package io.sinter.quality;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One output of a reduced model beside the full model's. Its vectors lie along the last axis; those of padding do not
 * count.
 *
 * @param output its name
 * @param vectors how many were compared
 * @param meanCosine mean of their cosines with the full model's
 * @param leastCosine the smallest of them
 * @param largestDifference of any two elements
 */
public record OutputQuality(
        String output,
        long vectors,
        @JsonProperty("mean_cosine") double meanCosine,
        @JsonProperty("least_cosine") double leastCosine,
        @JsonProperty("largest_difference") double largestDifference) {}
