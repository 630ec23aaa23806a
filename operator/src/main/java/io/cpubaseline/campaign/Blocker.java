package io.cpubaseline.campaign;

import io.cpubaseline.Reason;

/**
 * What keeps all restarts of a campaign from beginning, though its virtual machines and its rules would let them.
 *
 * @param reason in one word
 * @param detail what exactly, in words
 */
public record Blocker(Reason reason, String detail) {}
