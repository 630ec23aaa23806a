package io.cpubaseline.operator.cluster;

/**
 * What the process itself knows of a baseline: enough to wake it, and to see whether the controller knows its newest spec.
 *
 * @param name its name
 * @param uid its UID
 * @param generation the number of its spec
 */
public record BaselineMark(String name, String uid, long generation) {}
