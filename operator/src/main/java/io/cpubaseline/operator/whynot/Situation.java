package io.cpubaseline.operator.whynot;

import io.cpubaseline.scheduling.Background;
import io.cpubaseline.scheduling.LauncherPod;
import java.util.List;

/**
 * What would have to be placed, and why.
 *
 * @param state what the virtual machine does now, such as {@code runs on n1}
 * @param source the node that it would leave; empty where it would start
 * @param waiting the pod that waits for a node; empty where none does
 * @param migration the migration whose target waits for a node; empty where none does
 * @param pod what is to be placed
 * @param background what explains it
 * @param refusals why no node can take it, whichever it is: KubeVirt doesn't migrate it at all
 * @param refused whether libvirt has refused its CPU at its last migration, which no label tells
 * @param beyond what decides, too, and is not looked at, a sentence each
 * @param remarks what else has to be known, a sentence each
 */
record Situation(
        String state,
        String source,
        String waiting,
        String migration,
        LauncherPod pod,
        Background background,
        List<Troubles.Refusal> refusals,
        boolean refused,
        List<String> beyond,
        List<String> remarks) {

    /** Makes the lists immutable. */
    Situation {
        refusals = List.copyOf(refusals);
        beyond = List.copyOf(beyond);
        remarks = List.copyOf(remarks);
    }

    boolean migrates() {
        return !source.isEmpty();
    }
}
