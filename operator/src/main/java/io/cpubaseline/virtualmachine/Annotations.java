package io.cpubaseline.virtualmachine;

/**
 * What is said about baselines by annotations of a VirtualMachine. Most say nothing.
 *
 * @param baseline the value of {@code cpubaseline.io/baseline}: whose it is to be, of several baselines that select it; empty if unset
 */
public record Annotations(String baseline) {

    /** The annotation that names a baseline. */
    public static final String BASELINE = "cpubaseline.io/baseline";

    /** Nothing is said. */
    public static final Annotations NONE = new Annotations("");
}
