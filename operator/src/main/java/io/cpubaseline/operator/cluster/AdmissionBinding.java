package io.cpubaseline.operator.cluster;

/**
 * A MutatingAdmissionPolicyBinding: to which objects a policy is applied, and with which parameters.
 *
 * @param name its name
 * @param policy the policy's name
 * @param owner the UID of the object that it goes with; empty if it has none, or several
 * @param created when it was created, in seconds since 1970; 0 if not known
 * @param spec its spec as JSON in one canonical form: equal specs have equal texts
 */
public record AdmissionBinding(String name, String policy, String owner, long created, String spec) {}
