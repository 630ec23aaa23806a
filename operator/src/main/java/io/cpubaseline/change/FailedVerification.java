package io.cpubaseline.change;

/**
 * That guests were migrated with a revision to see whether it holds what it promises, and it didn't.
 *
 * @param revision what they were migrated with
 * @param time when that was found out, as the status has it
 */
public record FailedVerification(String revision, String time) {}
