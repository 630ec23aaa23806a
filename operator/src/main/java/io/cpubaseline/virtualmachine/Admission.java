package io.cpubaseline.virtualmachine;

/**
 * How far a baseline is given to instances when they are created, in place of being written into their virtual machines.
 *
 * @param bound whether it is: the API server has the policy, and a binding of it for this baseline
 * @param since when that began, in seconds since 1970; 0 if not known
 */
public record Admission(boolean bound, long since) {

    /** It isn't. */
    public static final Admission NONE = new Admission(false, 0);
}
