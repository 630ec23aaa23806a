package io.cpubaseline.explain;

/** Whether guests on a node can have a flag, and what proves it, or why not. */
public sealed interface Standing permits Standing.Gives, Standing.Lacks {

    /** Guests there can have it. */
    record Gives(Proof proof) implements Standing {}

    /** Guests there can't, as far as anybody knows. */
    record Lacks(Lack lack) implements Standing {}

    /** What proves that guests can have it. */
    enum Proof {
        /** KubeVirt's label of the flag, or what the hypervisor said. */
        LABEL,
        /** A labelled model has it; without a label of its own it can't be required beside another model. */
        MODEL,
        /** The hardware allows it; no hypervisor has said that it gives it. */
        HARDWARE
    }

    /** Whether guests there can have it. */
    default boolean gives() {
        return this instanceof Gives;
    }
}
