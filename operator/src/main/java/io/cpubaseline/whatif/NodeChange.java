package io.cpubaseline.whatif;

import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node that comes, goes or becomes another.
 *
 * @param kind which of these
 * @param before the node as it is; nothing for one that comes
 * @param after the node as it would be; nothing for one that goes
 * @param what the CPU model that it would have, or another word for what it is; empty for one that goes
 */
public record NodeChange(Kind kind, Optional<NodeCpu> before, Optional<NodeCpu> after, String what) {

    /** What happens to a node; in the order in which it is sensible. */
    public enum Kind {
        /** It comes. */
        Added,
        /** It becomes another. */
        Replaced,
        /** It goes. */
        Removed
    }

    /** One that comes. */
    public static NodeChange added(NodeCpu node, String what) {
        return new NodeChange(Kind.Added, Optional.empty(), Optional.of(node), what);
    }

    /** One that becomes another of the same name. */
    public static NodeChange replaced(NodeCpu before, NodeCpu after, String what) {
        return new NodeChange(Kind.Replaced, Optional.of(before), Optional.of(after), what);
    }

    /** One that goes. */
    public static NodeChange removed(NodeCpu node) {
        return new NodeChange(Kind.Removed, Optional.of(node), Optional.empty(), "");
    }

    /** The node's name. */
    public String name() {
        return before.or(() -> after).map(NodeCpu::name).orElse("");
    }

    /** The nodes after these changes, each of which is of another node. */
    public static List<NodeCpu> apply(Collection<NodeCpu> nodes, Collection<NodeChange> changes) {
        Map<String, NodeChange> byName = new HashMap<>();
        changes.forEach(change -> byName.put(change.name(), change));
        List<NodeCpu> changed = new ArrayList<>();
        for (NodeCpu node : nodes) {
            NodeChange change = byName.get(node.name());
            if (change == null) {
                changed.add(node);
            } else {
                change.after().ifPresent(changed::add);
            }
        }
        changes.stream()
                .filter(change -> change.kind() == Kind.Added)
                .flatMap(change -> change.after().stream())
                .forEach(changed::add);
        return changed;
    }

    /** The nodes while what these changes take away is gone, and what they bring is not there yet. */
    public static List<NodeCpu> during(Collection<NodeCpu> nodes, Collection<NodeChange> changes) {
        return apply(
                nodes,
                changes.stream()
                        .filter(change -> change.kind() != Kind.Added)
                        .map(change -> new NodeChange(Kind.Removed, change.before(), Optional.empty(), ""))
                        .toList());
    }
}
