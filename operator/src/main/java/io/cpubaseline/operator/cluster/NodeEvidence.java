package io.cpubaseline.operator.cluster;

import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cluster's nodes as the rules see them. */
public interface NodeEvidence {

    /** Whether every kind of evidence has been looked at: before that, a missing node means nothing. */
    boolean settled();

    /** What keeps the evidence from being read, if anything does. */
    Optional<Problem> problem();

    /** All nodes, sorted by name. */
    List<NodeCpu> nodes();

    /** Models that some node labels. */
    Set<String> labelledModels();

    /** Features that some node labels. */
    FeatureSet labelledFeatures();

    /** Since when the latest of this fleet's unknown nodes has been unknown; null if none is. */
    @Nullable
    Instant unknownSince(Fleet fleet, Instant now);
}
