package io.cpubaseline.cpu;

/**
 * The x86-64 level that a guest operating system needs to run.
 *
 * @param guest the system's name and version
 * @param level the lowest level on which it starts
 */
public record GuestNeed(String guest, AbiLevel level) {}
