package io.cpubaseline.baseline;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * Why the answer is what it is: part of the answer, not an extra.
 *
 * @param common features that every contributing node can give to a guest and that don't block migration
 * @param classes what each class of nodes costs the fleet, the biggest class first
 * @param limits what stands in the way of a better answer, the nearest first
 * @param withheld mitigations that some nodes of a vendor have and others could have, but lack
 * @param vendorBaselines what each vendor could have alone; empty where the fleet has one vendor
 * @param domains how many contributing nodes each vendor has, without cordoned ones: since KubeVirt 1.6.4, 1.7.1 and 1.8.0 a migration stays within its vendor
 * @param unknownModels models that KubeVirt labels on every contributing node and the catalog lacks: never chosen
 */
public record Explanation(
        FeatureSet common,
        List<ClassCost> classes,
        List<Limit> limits,
        List<Withheld> withheld,
        List<VendorAnswer> vendorBaselines,
        SortedMap<String, Integer> domains,
        Set<String> unknownModels) {

    /**
     * What one class costs.
     *
     * @param cpuClass the class
     * @param ownLevel the highest level that it reaches alone
     * @param lacks features that all other classes have and it lacks
     * @param without the answer for the fleet without this class; itself an answer without nodes if there is no other class
     * @param hostModel what a host-model virtual machine has on this class, whatever the answer is
     */
    public record ClassCost(
            CpuClass cpuClass, AbiLevel ownLevel, FeatureSet lacks, Answer without, HostModel hostModel) {}

    /**
     * What stands in the way of something better.
     *
     * @param level the level that would be reached
     * @param model the model that would be chosen; empty if it is about features alone
     * @param similar further models of that level that the same classes block for the same reason, the better ones first
     * @param blocking the classes that block it
     * @param missing what these lack, all together; empty if only KubeVirt's label of the model is missing there
     * @param causes why they lack it, where that is known of every feature and class; else empty
     */
    public record Limit(
            AbiLevel level,
            String model,
            List<String> similar,
            List<CpuClass> blocking,
            FeatureSet missing,
            List<Cause> causes) {

        /** Whether something can be done so that all of them give it. */
        public boolean mendable() {
            return !causes.isEmpty() && causes.stream().allMatch(Cause::mendable);
        }

        /** How many nodes block it. */
        public int nodes() {
            return blocking.stream().mapToInt(c -> c.nodes().size()).sum();
        }

        /** The same, with these as {@link #similar}. */
        public Limit alsoFor(List<String> models) {
            return new Limit(level, model, List.copyOf(models), blocking, missing, causes);
        }

        /** The same of other classes. */
        Limit of(List<CpuClass> classes) {
            return new Limit(level, model, similar, classes, missing, causes);
        }
    }

    /**
     * The same explanation for nodes that have changed places: other counts and names, the same classes.
     *
     * @param targets the classes of nodes that can take a virtual machine now
     * @param now the classes as they are now, in their order; of the same evidence as the ones explained
     */
    Explanation about(List<CpuClass> targets, List<CpuClass> now) {
        Map<CpuEvidence, ClassCost> costs = new HashMap<>();
        classes.forEach(cost -> costs.put(cost.cpuClass().evidence(), cost));
        Map<CpuEvidence, Integer> places = new HashMap<>();
        now.forEach(cpuClass -> places.put(cpuClass.evidence(), places.size()));
        return new Explanation(
                common,
                now.stream()
                        .flatMap(cpuClass -> Stream.ofNullable(costs.get(cpuClass.evidence()))
                                .map(cost -> new ClassCost(
                                        cpuClass, cost.ownLevel(), cost.lacks(), cost.without(), cost.hostModel())))
                        .toList(),
                limits.stream()
                        .map(limit -> limit.of(sameEvidence(now, places, limit.blocking())))
                        .toList(),
                withheld.stream()
                        .map(mitigations -> mitigations.on(sameEvidence(now, places, mitigations.lacking())))
                        .toList(),
                vendorBaselines.stream()
                        .map(vendor ->
                                new VendorAnswer(vendor.vendor(), nodesOf(vendor.vendor(), now), vendor.answer()))
                        .toList(),
                Explainer.domains(targets),
                unknownModels);
    }

    /** The classes as they are now, in their order. */
    private static List<CpuClass> sameEvidence(
            List<CpuClass> now, Map<CpuEvidence, Integer> places, List<CpuClass> before) {
        BitSet wanted = new BitSet(now.size());
        for (CpuClass cpuClass : before) {
            Integer place = places.get(cpuClass.evidence());
            if (place != null) {
                wanted.set(place);
            }
        }
        List<CpuClass> same = new ArrayList<>(wanted.cardinality());
        for (int place = wanted.nextSetBit(0); place >= 0; place = wanted.nextSetBit(place + 1)) {
            same.add(now.get(place));
        }
        return Collections.unmodifiableList(same);
    }

    private static int nodesOf(String vendor, List<CpuClass> classes) {
        return classes.stream()
                .filter(cpuClass -> cpuClass.vendor().equals(vendor))
                .mapToInt(cpuClass -> cpuClass.nodes().size())
                .sum();
    }

    /**
     * Mitigations that guests go without because of some nodes: others of the vendor have them, and these could.
     *
     * @param vendor the vendor
     * @param mitigations the features
     * @param lacking the classes of that vendor that lack them
     * @param causes why
     */
    public record Withheld(String vendor, FeatureSet mitigations, List<CpuClass> lacking, List<Cause> causes) {

        private Withheld on(List<CpuClass> classes) {
            return new Withheld(vendor, mitigations, classes, causes);
        }
    }

    /**
     * Why nodes lack features that their CPUs have or could have.
     *
     * @param features the features
     * @param why who took them, and what helps, in words
     * @param mendable whether something can be done about it
     */
    public record Cause(FeatureSet features, String why, boolean mendable) {

        /** The cause in a sentence. */
        public String sentence() {
            return "%s: %s.".formatted(String.join(" ", features.names()), why);
        }
    }

    /** The answer for the nodes of one vendor. */
    public record VendorAnswer(String vendor, int nodes, Answer answer) {}
}
