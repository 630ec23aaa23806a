package io.cpubaseline.operator.cluster;

/**
 * A MutatingAdmissionPolicy.
 *
 * @param name its name
 * @param firstStarts whether it keeps to what a baseline's status says of first starts; the chart's does since there is such a status
 */
public record AdmissionPolicy(String name, boolean firstStarts) {}
