package io.cpubaseline.verification;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The way of one guest through its domain: in each round it comes to every node once, and where it stood at the begin of the round last. */
public final class Route {

    private Route() {}

    /**
     * The node to migrate to next.
     *
     * @param nodes those of the domain, sorted
     * @param at where the guest is now; it may be none of them, since evacuations and a scheduler that nobody steers go their own ways
     * @param tried where it has been sent in this round, with or without success
     * @return nothing once it has been sent to all of them
     */
    public static Optional<String> next(List<String> nodes, String at, Collection<String> tried) {
        // The nodes behind this one in the alphabet, then those before it.
        int first = 0;
        while (first < nodes.size() && nodes.get(first).compareTo(at) <= 0) {
            first++;
        }
        for (int i = 0; i < nodes.size(); i++) {
            String node = nodes.get((first + i) % nodes.size());
            if (!node.equals(at) && !tried.contains(node)) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }
}
