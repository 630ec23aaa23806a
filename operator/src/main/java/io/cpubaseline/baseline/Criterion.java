package io.cpubaseline.baseline;

/** By what models that are possible are compared, the most important first: the first that tells two apart decides. */
public enum Criterion {
    /** The higher x86-64 level. */
    LEVEL("it reaches a lower level"),
    /** A model of the fleet's own vendor. */
    VENDOR("it is of another vendor than the nodes"),
    /** No TSX. */
    TSX("it has TSX (hle, rtm), which microcode switches off"),
    /** Fewer features that must be required beside it. */
    FEWEST_REQUIRED("more features would have to be required beside it"),
    /** One that libvirt takes with the mitigations and hardening that it lacks. */
    HARDENING("libvirt would refuse it with the mitigations and hardening that it lacks"),
    /** More features. */
    MOST_FEATURES("it has fewer features"),
    /** A name without a version. */
    UNVERSIONED("its name has a version"),
    /** Newer in libvirt's order. */
    NEWEST("it is older"),
    /** The name, so that the answer is always the same. */
    NAME("its name comes later in the alphabet");

    private final String behind;

    Criterion(String behind) {
        this.behind = behind;
    }

    /** What is to be said of a model that is behind by this. */
    public String behind() {
        return behind;
    }
}
