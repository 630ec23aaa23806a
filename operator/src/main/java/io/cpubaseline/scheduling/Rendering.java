package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.SchedulingRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The node selectors and affinities of virt-launcher pods that don't exist yet, as KubeVirt 1.8.4 writes them: for a start
 * pkg/virt-controller/services/nodeselectorrenderer.go and template.go ({@code newNodeSelectorRenderer}, {@code setNodeAffinityForPod}); for a
 * migration's target createTargetPod in pkg/virt-controller/watch/migration/migration.go. 1.6 to 1.9 do the same, but for machine types and
 * vendors, which depend on the version (the parameters say so).
 */
public final class Rendering {

    private static final String TRUE = "true";

    private final SchedulingRules rules;

    /** By what the cluster has to do with it. */
    public Rendering(SchedulingRules rules) {
        this.rules = rules;
    }

    /** The pod in which a guest would start. */
    public LauncherPod start(Guest guest, NodeCapacity requests) {
        return pod(guest, selector(guest), requests);
    }

    /**
     * The pod to which a guest would migrate.
     *
     * @param keepsVendor whether this KubeVirt pins targets to the source's CPU vendor
     */
    public LauncherPod target(Guest guest, NodeCapacity requests, Source source, boolean keepsVendor) {
        Map<String, String> selector = selector(guest);
        if (guest.hasHostModel()) {
            selector.putAll(ofHostModel(source));
        }
        if (keepsVendor && selector.keySet().stream().noneMatch(key -> key.startsWith(KubeVirtLabels.VENDOR))) {
            // Of several KubeVirt takes any: Go's maps have no order.
            source.labels().keySet().stream()
                    .filter(key -> key.startsWith(KubeVirtLabels.VENDOR))
                    .sorted()
                    .findFirst()
                    .ifPresent(key -> selector.put(key, TRUE));
        }
        return pod(guest, selector, requests);
    }

    /**
     * What the host model demands ({@code prepareNodeSelectorForHostCpuModel}): what the source's pod selects by already, since its first
     * migration, and only without that what the labels of the source's node say now. A guest that requires features has such a selector from
     * its start, and so KubeVirt adds nothing of the host model to it.
     */
    private static Map<String, String> ofHostModel(Source source) {
        Map<String, String> selector = new HashMap<>();
        if (source.hasHostModelOfItsFirstNode()) {
            source.selector().forEach((key, value) -> {
                if (key.startsWith(KubeVirtLabels.FEATURE) || key.startsWith(KubeVirtLabels.MIGRATION_MODEL)) {
                    selector.put(key, value);
                }
            });
            return selector;
        }
        String model = "";
        String ofModel = "";
        for (Map.Entry<String, String> label : source.labels().entrySet()) {
            if (label.getKey().startsWith(KubeVirtLabels.HOST_MODEL)) {
                model = label.getKey().substring(KubeVirtLabels.HOST_MODEL.length());
                ofModel = label.getValue();
            } else if (label.getKey().startsWith(KubeVirtLabels.HOST_MODEL_FEATURE)) {
                selector.put(
                        KubeVirtLabels.FEATURE + label.getKey().substring(KubeVirtLabels.HOST_MODEL_FEATURE.length()),
                        label.getValue());
            }
        }
        if (model.isEmpty()) {
            // KubeVirt has an error then, and forgets it: nothing is asked for.
            return Map.of();
        }
        selector.put(KubeVirtLabels.MIGRATION_MODEL + model, ofModel);
        return selector;
    }

    private Map<String, String> selector(Guest guest) {
        GuestShape shape = guest.shape();
        Map<String, String> selector = new HashMap<>();
        selector.put(KubeVirtLabels.SCHEDULABLE, TRUE);
        selector.put(KubeVirtLabels.ARCHITECTURE, guest.architecture());
        selector.putAll(rules.selection().labels());
        selector.putAll(shape.placement().selection().labels());
        shape.labels().forEach(key -> selector.put(key, TRUE));
        if (rules.hypervStrictCheck()) {
            shape.hyperv().forEach(feature -> selector.put(KubeVirtLabels.HYPERV + feature, TRUE));
            if (shape.evmcs()) {
                selector.put(KubeVirtLabels.VENDOR + "Intel", TRUE);
            }
        }
        if (guest.hasNamedModel()) {
            selector.put(KubeVirtLabels.MODEL + guest.model(), TRUE);
        }
        shape.features().forEach(feature -> selector.put(KubeVirtLabels.FEATURE + feature, TRUE));
        if (rules.machineTypeSelected()) {
            selector.put(KubeVirtLabels.MACHINE_TYPE + machineType(shape), TRUE);
        }
        long frequency = shape.tscFrequency() > 0 ? shape.tscFrequency() : rules.tscFrequency();
        if (shape.fixedTsc() && frequency > 0) {
            selector.put(KubeVirtLabels.TSC + frequency, TRUE);
        }
        return selector;
    }

    private String machineType(GuestShape shape) {
        return shape.machineType().isEmpty() ? rules.machineType() : shape.machineType();
    }

    private LauncherPod pod(Guest guest, Map<String, String> selector, NodeCapacity requests) {
        GuestShape shape = guest.shape();
        List<Requirement> rejected = new ArrayList<>();
        if (guest.hasHostModel()) {
            rejected.add(without(NodePlatform.OBSOLETE_HOST_MODEL));
        }
        shape.forbidden().forEach(feature -> rejected.add(without(KubeVirtLabels.FEATURE + feature)));
        List<Term> own = shape.placement().selection().terms();
        return new LauncherPod(
                selector, rejecting(own, rejected), shape.placement().tolerations(), requests, !rules.emulation());
    }

    /** KubeVirt adds to each of the owner's terms, since one of them is enough. */
    private static List<Term> rejecting(List<Term> own, List<Requirement> rejected) {
        if (rejected.isEmpty()) {
            return own;
        }
        return own.isEmpty()
                ? List.of(new Term(rejected))
                : own.stream()
                        .map(term -> new Term(Stream.concat(term.requirements().stream(), rejected.stream())
                                .toList()))
                        .toList();
    }

    private static Requirement without(String key) {
        return new Requirement(new Subject(false, key), "DoesNotExist", List.of());
    }
}
