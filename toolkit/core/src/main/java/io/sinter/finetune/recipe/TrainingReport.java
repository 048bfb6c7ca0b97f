package io.sinter.finetune.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sinter.output.Manifest;
import java.util.List;
import java.util.Map;

/**
 * What a training made.
 *
 * @param output the directory
 * @param training what was done
 * @param files of the directory, with their sizes
 * @param milliseconds of each part
 * @param notes what a user should know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingReport(
        String output,
        Manifest.Training training,
        Map<String, Long> files,
        Map<String, Long> milliseconds,
        List<String> notes) {}
