package io.cpubaseline.report;

import io.cpubaseline.Reason;

/**
 * Something in a spec that can't be followed.
 *
 * @param reason the condition's reason
 * @param message the field, what was found, and what to do
 */
public record Problem(Reason reason, String message) {}
