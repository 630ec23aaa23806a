package io.cpubaseline.baseline;

import io.cpubaseline.Reason;

/**
 * Why there is no baseline.
 *
 * @param reason the reason in one word
 * @param message what was found, where, and what to do
 */
public record NoBaseline(Reason reason, String message) implements Answer {}
