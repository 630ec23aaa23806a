package io.cpubaseline.operator.cluster;

import io.cpubaseline.Selector;
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

    /** Keeps in mind what a baseline is going to look at: it is woken when that changes. */
    void looksAt(String baseline, NodeInterest interest);

    /** Keeps in mind by which labels a baseline's virtual machines select nodes; it is woken when these are more than before. */
    void selectingBy(String baseline, Set<String> labels);

    /** Whether every kind of evidence has been looked at: before that, a missing node means nothing. */
    boolean settled();

    /** What keeps the evidence from being read, if anything does. */
    Optional<Problem> problem();

    /** All nodes, sorted by name. */
    List<NodeCpu> nodes();

    /** Those of all nodes that are selected, sorted by name: an immutable list, and the same object until a node changes. */
    List<NodeCpu> selected(Selector selector);

    /** The CPU vendors of those of all nodes that label this model; an empty one where it isn't known. */
    Set<String> vendorsLabelling(String model);

    /** Models that some node labels. */
    Set<String> labelledModels();

    /** Features that some node labels. */
    FeatureSet labelledFeatures();

    /** Since when the latest of this fleet's unknown nodes has been unknown; null if none is. */
    @Nullable
    Instant unknownSince(Fleet fleet, Instant now);
}
