package io.sinter.train;

/**
 * What one step did.
 *
 * @param step its number, from 1
 * @param loss before it
 * @param gradientNorm the length of all gradients together, before clipping
 * @param rate the learning rate
 */
public record StepReport(long step, double loss, double gradientNorm, double rate) {}
