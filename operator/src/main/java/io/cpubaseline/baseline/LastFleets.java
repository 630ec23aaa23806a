package io.cpubaseline.baseline;

import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fleets that were judged last. Most looks at a baseline are about virtual machines: the nodes are the same objects as before, and thousands of them
 * need not be judged again. Few are kept, since a fleet holds its nodes. Safe for use by several threads.
 */
final class LastFleets {

    private static final int KEPT = 8;

    /** Guarded by this object. */
    private final Map<Asked, Judged> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Judged> eldest) {
            return size() > KEPT;
        }
    };

    /** By what a fleet was judged, but for the time. */
    private record Asked(SameList nodes, Policy policy, Criteria.@Nullable Pin pin) {}

    private record Judged(Fleet fleet, Instant newSince) {

        /** As long as no node is waited for, time changes nothing: those that may still become KubeVirt's only grow fewer. */
        boolean holdsFor(Instant other) {
            return newSince.equals(other) || fleet.firstWaitedFor() == null && !other.isBefore(newSince);
        }
    }

    /** A list that equals itself alone. */
    private record SameList(List<NodeCpu> list) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SameList that && that.list == list;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(list);
        }
    }

    /** The fleet that was judged for this very list in the same way, if it would be so again. */
    synchronized Optional<Fleet> find(
            List<NodeCpu> nodes, Policy policy, Criteria.@Nullable Pin pin, Instant newSince) {
        return Optional.ofNullable(last.get(new Asked(new SameList(nodes), policy, pin)))
                .filter(judged -> judged.holdsFor(newSince))
                .map(Judged::fleet);
    }

    synchronized void keep(
            List<NodeCpu> nodes, Policy policy, Criteria.@Nullable Pin pin, Instant newSince, Fleet fleet) {
        last.put(new Asked(new SameList(nodes), policy, pin), new Judged(fleet, newSince));
    }
}
