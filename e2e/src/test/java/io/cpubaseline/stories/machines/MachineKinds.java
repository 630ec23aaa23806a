package io.cpubaseline.stories.machines;

import io.cpubaseline.stories.stage.Machines;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Kinds of virtual machines that a baseline meets, each as somebody would write it. All carry the label by which the baseline selects. */
final class MachineKinds {
    static final String BASELINE = "intel";
    static final String NEIGHBOUR = "neighbour";

    private static final String FINALIZER = "  finalizers: [example.com/hold]\n  namespace:";

    private MachineKinds() {}

    /**
     * A kind.
     *
     * @param heading what it has in common with those after it
     * @param name of the machine that stands for it, with its namespace
     * @param what it is, for the page
     * @param manifest how it is created; empty where something else brings it
     */
    record Kind(String heading, String name, String what, String manifest) {

        boolean isCreated() {
            return !manifest.isEmpty();
        }

        boolean runs() {
            return heading.equals(RUN_STRATEGIES) && !manifest.contains("Halted") && !manifest.contains("Manual");
        }
    }

    private static final String RUN_STRATEGIES = "By run strategy";
    private static final String CPU = "By what its CPU asks for";
    private static final String INSTANCETYPES = "By instancetype and preference";
    private static final String OWNERS = "By who else has a hand in it";
    private static final String COPIES = "By where it comes from";
    private static final String WAYS = "By where it goes";

    static List<Kind> all() {
        return Stream.of(runStrategies(), cpus(), instancetypes(), owners(), copies(), ways())
                .flatMap(kinds -> kinds)
                .toList();
    }

    private static Stream<Kind> runStrategies() {
        return Stream.of("Halted", "Manual", "Always", "RerunOnFailure", "Once")
                .map(strategy -> kind(
                        RUN_STRATEGIES,
                        strategy.equals("Halted") ? "plain" : "run-" + kebab(strategy),
                        switch (strategy) {
                            case "Halted", "Manual" -> "`runStrategy: %s`, stopped".formatted(strategy);
                            default -> "`runStrategy: %s`, started before the baseline came".formatted(strategy);
                        },
                        manifest -> manifest.replace("Halted", strategy)));
    }

    private static String kebab(String strategy) {
        return strategy.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static Stream<Kind> cpus() {
        return Stream.of(
                kind(CPU, "user-model", "a model that its user has set", cpu("model: Haswell-noTSX")),
                kind(CPU, "host-model", "`model: host-model`, by its user", cpu("model: host-model")),
                kind(CPU, "host-passthrough", "`model: host-passthrough`", cpu("model: host-passthrough")),
                kind(
                        CPU,
                        "user-features",
                        "features that its user requires, without a model",
                        cpu("features: [{name: aes, policy: require}]")),
                kind(CPU, "nested", "nested virtualization (`vmx`)", cpu("features: [{name: vmx, policy: require}]")),
                kind(
                        CPU,
                        "no-topology",
                        "neither cores, sockets, threads nor an instancetype",
                        manifest -> manifest.replace("cpu: {cores: 2}", "cpu: {}")),
                kind(
                        CPU,
                        "user-vendor",
                        "a node selector of its user for another CPU vendor",
                        guest("nodeSelector: {cpu-vendor.node.kubevirt.io/AMD: \"true\"}")),
                kind(
                        CPU,
                        "confidential",
                        "`launchSecurity` (SEV)",
                        manifest -> manifest.replace(
                                "        devices: {}",
                                "        devices: {}\n        launchSecurity: {sev: {}}\n        firmware: {bootloader: {efi: {secureBoot: false}}}")),
                kind(CPU, "arm64", "`architecture: arm64`", guest("architecture: arm64")));
    }

    private static Stream<Kind> instancetypes() {
        return Stream.of(
                kind(INSTANCETYPES, "instancetype", "an instancetype without a model", sizedBy("plain")),
                kind(INSTANCETYPES, "instancetype-model", "an instancetype with a model", sizedBy("with-model")),
                kind(
                        INSTANCETYPES,
                        "instancetype-nodes",
                        "an instancetype with a node selector",
                        sizedBy("with-nodes")),
                kind(
                        INSTANCETYPES,
                        "preference",
                        "a preference with CPU features",
                        manifest -> manifest.replace(
                                "  template:",
                                "  preference: {kind: VirtualMachinePreference, name: with-features}\n  template:")));
    }

    private static Stream<Kind> owners() {
        return Stream.of(
                new Kind(OWNERS, "default/pool-0", "a virtual machine of a VirtualMachinePool", ""),
                kind(
                        OWNERS,
                        "opted-out",
                        "the annotation `cpubaseline.io/skip` on itself",
                        manifest -> manifest.replace(
                                "  namespace:", "  annotations: {cpubaseline.io/skip: \"true\"}\n  namespace:")),
                kind(
                        OWNERS,
                        "opted-out-by-template",
                        "the same on its template",
                        manifest -> manifest.replace(
                                "      labels: {",
                                "      annotations: {cpubaseline.io/skip: \"true\"}\n      labels: {")),
                kind(
                        OWNERS,
                        "of-the-neighbour",
                        "the fields of another baseline, which selects it, too",
                        manifest -> manifest.replace("labels: {", "labels: {team: neighbour, ")),
                kind(OWNERS, "orphan", "fields of a baseline that is no more", manifest -> manifest),
                kind(
                        OWNERS,
                        "forced-away",
                        "another manager has forced its own model on it since",
                        manifest -> manifest),
                kind(OWNERS, "extra-feature", "its user has added a feature since", manifest -> manifest),
                kind(
                        OWNERS,
                        "contended",
                        "something takes model and features out again and again",
                        manifest -> manifest),
                kind(
                        OWNERS,
                        "refused",
                        "KubeVirt's webhook refuses every update: what it has (`autoattachVSOCK`) isn't allowed any more",
                        manifest -> manifest.replace("devices: {}", "devices: {autoattachVSOCK: true}")));
    }

    private static Stream<Kind> copies() {
        return Stream.of(
                kind(COPIES, "imported", "an import that has set a model", cpu("model: Haswell-noTSX")),
                kind(
                        COPIES,
                        "adopted",
                        "the same, and the annotation `cpubaseline.io/adopt`",
                        manifest -> cpu("model: Haswell-noTSX")
                                .written(manifest)
                                .replace(
                                        "  namespace:",
                                        "  annotations: {cpubaseline.io/adopt: \"true\"}\n  namespace:")),
                new Kind(
                        COPIES,
                        "imports/adopted-there",
                        "the same with the annotation on its namespace",
                        cpu("model: Haswell-noTSX")
                                .written(Machines.manifest("adopted-there", BASELINE))
                                .replace("namespace: default", "namespace: imports")),
                new Kind(COPIES, "default/clone", "a clone by KubeVirt of one with the baseline", ""),
                new Kind(
                        COPIES,
                        "default/restored",
                        "a restore by KubeVirt of a snapshot of one with the baseline",
                        ""));
    }

    private static Stream<Kind> ways() {
        return Stream.of(
                kind(
                        WAYS,
                        "receiver",
                        "`runStrategy: WaitAsReceiver`: it is to receive a guest from another cluster",
                        manifest -> manifest.replace("Halted", "WaitAsReceiver")),
                kind(
                        WAYS,
                        "being-deleted",
                        "it is being deleted",
                        manifest -> manifest.replace("  namespace:", FINALIZER)),
                new Kind(
                        WAYS,
                        "leaving/of-a-namespace",
                        "its namespace is being deleted",
                        Machines.manifest("of-a-namespace", BASELINE)
                                .replace("  namespace:", FINALIZER)
                                .replace("namespace: default", "namespace: leaving")));
    }

    /** What they need to be there before them. */
    static String equipment() {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: imports, annotations: {cpubaseline.io/adopt: "true"}}
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: leaving}
                ---
                apiVersion: instancetype.kubevirt.io/v1beta1
                kind: VirtualMachineInstancetype
                metadata: {name: plain, namespace: default}
                spec: {cpu: {guest: 2}, memory: {guest: 4Gi}}
                ---
                apiVersion: instancetype.kubevirt.io/v1beta1
                kind: VirtualMachineInstancetype
                metadata: {name: with-model, namespace: default}
                spec: {cpu: {guest: 2, model: Haswell-noTSX}, memory: {guest: 4Gi}}
                ---
                apiVersion: instancetype.kubevirt.io/v1beta1
                kind: VirtualMachineInstancetype
                metadata: {name: with-nodes, namespace: default}
                spec: {cpu: {guest: 2}, memory: {guest: 4Gi}, nodeSelector: {disk: fast}}
                ---
                apiVersion: instancetype.kubevirt.io/v1beta1
                kind: VirtualMachinePreference
                metadata: {name: with-features, namespace: default}
                spec: {cpu: {preferredCPUFeatures: [{name: aes, policy: require}]}}
                ---
                apiVersion: pool.kubevirt.io/v1beta1
                kind: VirtualMachinePool
                metadata: {name: pool, namespace: default}
                spec:
                  replicas: 1
                  selector: {matchLabels: {pool: web}}
                  virtualMachineTemplate:
                    metadata: {labels: {pool: web}}
                    spec:
                      runStrategy: Halted
                      template:
                        metadata: {labels: {pool: web, cpu-baseline: intel}}
                        spec: {domain: {cpu: {cores: 2}, memory: {guest: 4Gi}, devices: {}}}
                ---
                apiVersion: kubevirt.io/v1
                kind: VirtualMachineInstanceReplicaSet
                metadata: {name: set, namespace: default}
                spec:
                  replicas: 1
                  selector: {matchLabels: {set: web}}
                  template:
                    metadata: {labels: {set: web, cpu-baseline: intel}}
                    spec: {domain: {cpu: {cores: 2}, memory: {guest: 256Mi}, devices: {}}}
                """;
    }

    /** What is different from one that has nothing of its own but two cores. */
    @FunctionalInterface
    private interface Difference {
        String written(String manifest);
    }

    private static Kind kind(String heading, String name, String what, Difference difference) {
        return new Kind(heading, "default/" + name, what, difference.written(Machines.manifest(name, BASELINE)));
    }

    private static Difference cpu(String beside) {
        return manifest -> manifest.replace("{cores: 2}", "{cores: 2, " + beside + "}");
    }

    private static Difference guest(String field) {
        return manifest -> manifest.replace("      domain:", "      " + field + "\n      domain:");
    }

    private static Difference sizedBy(String instancetype) {
        return manifest -> manifest.replace(
                        "  template:",
                        "  instancetype: {kind: VirtualMachineInstancetype, name: %s}\n  template:"
                                .formatted(instancetype))
                .replace("        cpu: {cores: 2}\n        memory: {guest: 4Gi}\n", "");
    }
}
