package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.SchedulingRules;

/** Where a pod has something from. Facts are KubeVirt 1.8.4's. */
final class Provenance {

    private Provenance() {}

    static String of(Obstacle obstacle, Background background) {
        Guest guest = background.guest();
        String baseline = "the baseline " + guest.ofBaseline().baseline();
        boolean migrates = background.source().isPresent();
        return switch (obstacle.origin()) {
            case CpuModel -> guest.ofBaseline().model() ? baseline : modelOf(guest, background.rules());
            case RequiredFeatures ->
                guest.ofBaseline().features()
                        ? baseline
                        : "domain.cpu.features, its own or a preference's, with the policy require";
            case ForbiddenFeatures -> "domain.cpu.features with the policy forbid";
            case HostModel ->
                "labels host-model-… of %s, where it runs: KubeVirt copies them into a migration's target"
                        .formatted(node(background));
            case StickyHostModel ->
                "the pod that it runs in: KubeVirt copied its first node's labels at its first migration, and copies"
                        + " them on";
            case ObsoleteHostModel -> "domain.cpu.model host-model, and obsoleteCPUModels of the KubeVirt resource";
            case MachineType ->
                migrates
                        ? "status.machine.type: it keeps the type that it started with"
                        : guest.shape().machineType().isEmpty()
                                ? "KubeVirt's default machine type"
                                : "domain.machine.type, its own or a preference's";
            case TscFrequency ->
                "invtsc or Hyper-V's reenlightenment: "
                        + (migrates ? "it keeps the frequency of its start" : "it starts with the cluster's lowest");
            case HyperV -> "domain.features.hyperv (evmcs by itself, others by HypervStrictCheck)";
            case ConfidentialComputing -> "domain.launchSecurity";
            case Realtime -> "domain.cpu.realtime";
            case DedicatedCpus -> "domain.cpu.dedicatedCpuPlacement";
            case SourceVendor ->
                "%s, where it runs: since 1.6.4, 1.7.1 and 1.8.0 KubeVirt migrates to no other vendor"
                        .formatted(node(background));
            case BaselineVendor -> baseline + ", whose nodes are of this vendor";
            case OwnSelector -> "nodeSelector, its own or an instancetype's";
            case OwnAffinity -> "affinity.nodeAffinity, required";
            case KubeVirtSelector -> "developerConfiguration.nodeSelectors of the KubeVirt resource";
            case AddedSelector -> "the migration: its addedNodeSelector, or a webhook";
            case Unexplained -> "neither KubeVirt 1.8 nor the virtual machine: a webhook, or another version";
            case Taint, NodeCondition -> "spec.taints of the nodes, which its tolerations don't cover";
            case Cordon -> "spec.unschedulable of the nodes, or the taint kubevirt.io/drain";
            case Cores -> "its pod's requests, and those of the pods that are there";
            case Memory -> "its pod's requests, and those of the pods that are there";
            case Device ->
                "its pod's requests (huge pages, GPUs, host devices), and those of the pods that are there; status.allocatable of"
                        + " the nodes";
            case NoKvm -> "every guest needs it, where useEmulation is off; status.allocatable of the nodes lacks it";
            case NotSchedulable -> "every guest: virt-handler, or virt-controller for it, has written false";
            case Architecture -> "spec.architecture, or the cluster's default";
            case NotOfKubeVirt -> "every guest: the node lacks the label kubevirt.io/schedulable";
        };
    }

    private static String modelOf(Guest guest, SchedulingRules rules) {
        return guest.model().equals(rules.cpuModel())
                ? "KubeVirt's default model (configuration.cpuModel), or domain.cpu.model"
                : "domain.cpu.model, its own or its instancetype's";
    }

    private static String node(Background background) {
        return background.source().map(Source::node).orElse("the node");
    }
}
