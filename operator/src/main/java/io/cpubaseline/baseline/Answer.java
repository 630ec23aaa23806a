package io.cpubaseline.baseline;

import java.util.Optional;

/** What the selection says about a set of nodes: a baseline, or why there is none. */
public sealed interface Answer permits Baseline, NoBaseline {

    /** The baseline, if there is one. */
    default Optional<Baseline> baseline() {
        return this instanceof Baseline baseline ? Optional.of(baseline) : Optional.empty();
    }
}
