package io.cpubaseline.comparison;

import java.util.List;

/**
 * One way in which another answer differs.
 *
 * @param kind what it is about
 * @param message what differs and why that matters, a sentence or two
 * @param features the features that it is about, sorted; empty if it is about none
 * @param nodes the nodes that it is about, sorted; empty if it is about all or none
 */
public record Difference(Kind kind, String message, List<String> features, List<String> nodes) {

    /** What a difference is about, what hurts first. */
    public enum Kind {
        /** No node, or not every node, has KubeVirt's label of the model. */
        UnschedulableModel,
        /** Not every node has KubeVirt's label of a feature that is asked for. */
        UnschedulableFeatures,
        /** The model is of another vendor than all nodes. */
        ForeignModel,
        /** The catalog does not know the model, so nothing can be said of what a guest gets. */
        UnknownModel,
        /** Guests get a lower x86-64 level. */
        LowerLevel,
        /** Guests get a higher x86-64 level. */
        HigherLevel,
        /** A feature that is asked for keeps guests from live migration. */
        BlocksMigration,
        /** Mitigations that guests don't get. */
        LostMitigations,
        /** Other features that guests don't get. */
        DroppedFeatures,
        /** Features that guests get beside ours. */
        AddedFeatures,
        /** Another name for a CPU, as good as ours. */
        OtherModel
    }

    /** Makes the lists immutable. */
    public Difference {
        features = List.copyOf(features);
        nodes = List.copyOf(nodes);
    }
}
