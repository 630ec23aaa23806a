package io.cpubaseline.cli.planning;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What to do about nodes that don't count, where that is the same for every cluster: docs/troubleshooting.md in one sentence each. */
final class Remedies {

    private static final String VIRT_HANDLER =
            "kubectl -n kubevirt get pods -o wide -l kubevirt.io=virt-handler --field-selector spec.nodeName=%s";

    /** By reason; the node's name goes in. */
    private static final Map<String, String> WORDS = Map.of(
            Reason.NotSchedulable.name(),
            "virt-handler does not run there, or does not answer. Look at it: " + VIRT_HANDLER,
            Reason.KubeVirtLabelsMissing.name(),
            "it has none of KubeVirt's CPU labels. See whether virt-handler runs there: " + VIRT_HANDLER,
            Reason.LabelsFrozen.name(),
            "an annotation keeps KubeVirt from updating its labels. Remove it: kubectl annotate node %s"
                    + " node-labeller.kubevirt.io/skip-node-",
            Reason.NoKvm.name(),
            "it offers no devices.kubevirt.io/kvm. Switch on virtualization in its firmware, and see whether it has"
                    + " /dev/kvm: kubectl debug node/%s -it --image=busybox -- ls -l /host/dev/kvm");

    private Remedies() {}

    /**
     * One sentence for each reason that has a remedy, in the order of the counts.
     *
     * @param hosts nodes of no cluster, for which these remedies are none
     */
    static List<String> of(@Nullable NodeCounts nodes, Set<String> hosts) {
        return nodes == null
                ? List.of()
                : nodes.reasons().stream()
                        .filter(reason -> WORDS.containsKey(reason.reason()))
                        .filter(reason -> !hosts.containsAll(reason.examples()))
                        .map(Remedies::sentence)
                        .toList();
    }

    private static String sentence(ReasonCount reason) {
        String node = reason.examples().get(0);
        return "%s, %s%s: %s"
                .formatted(
                        reason.reason(),
                        node,
                        reason.count() > 1 ? " and %d more".formatted(reason.count() - 1) : "",
                        WORDS.getOrDefault(reason.reason(), "").formatted(node));
    }
}
