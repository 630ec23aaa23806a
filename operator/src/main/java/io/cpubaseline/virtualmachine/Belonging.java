package io.cpubaseline.virtualmachine;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * To which of the baselines that select it a virtual machine belongs. All of them come to the same answer, whatever their order, so that no
 * two write one virtual machine. The mode of a baseline plays no role.
 *
 * @param baseline its name; empty while that isn't decided, or if no baseline claims it
 * @param by what decided
 */
public record Belonging(String baseline, By by) {

    /** What decides, the strongest first. */
    public enum By {
        /** The annotation {@code cpubaseline.io/baseline} names it. */
        NAMED,
        /** It holds the fields. */
        HELD,
        /** The virtual machine runs on one of its nodes, and on none of the others'. */
        RUNS_THERE,
        /** No other selects it. */
        ONLY,
        /** It has the most cores where its virtual machines can land now. */
        CAPACITY,
        /** A baseline has just come, and others may be about to. */
        NOT_YET
    }

    /**
     * A baseline that selects the virtual machine.
     *
     * @param baseline its name
     * @param leaving whether it is being deleted: it keeps what it holds until it has given that back, and takes no more
     * @param hasNode whether the node on which the virtual machine runs is one of its nodes
     * @param isNew whether it came so shortly before that another one, applied together with it, may not be here yet
     * @param cores of its nodes where virtual machines with it can land now
     */
    public record Claimant(String baseline, boolean leaving, boolean hasNode, boolean isNew, long cores) {}

    /** It is that baseline's, since no other selects it. */
    public static Belonging only(String baseline) {
        return new Belonging(baseline, By.ONLY);
    }

    /**
     * Decides.
     *
     * @param runs whether it is known on which node it runs
     * @param claimants the baselines that select it, each once
     */
    public static Belonging of(VirtualMachineSnapshot vm, boolean runs, Collection<Claimant> claimants) {
        List<Claimant> staying =
                claimants.stream().filter(claimant -> !claimant.leaving()).toList();
        String named = vm.annotations().baseline();
        if (staying.stream().anyMatch(claimant -> claimant.baseline().equals(named))) {
            return new Belonging(named, By.NAMED);
        }
        Optional<String> holder = holder(vm, claimants);
        if (holder.isPresent()) {
            return new Belonging(holder.get(), By.HELD);
        }
        List<Claimant> there = staying.stream().filter(Claimant::hasNode).toList();
        if (there.size() == 1) {
            return new Belonging(there.get(0).baseline(), By.RUNS_THERE);
        }
        boolean elsewhere = runs && there.isEmpty();
        if (staying.size() == 1 && !(elsewhere && staying.get(0).isNew())) {
            return only(staying.get(0).baseline());
        }
        List<Claimant> candidates = there.isEmpty() ? staying : there;
        return candidates.isEmpty() || candidates.stream().anyMatch(Claimant::isNew)
                ? new Belonging("", By.NOT_YET)
                : new Belonging(largest(candidates), By.CAPACITY);
    }

    /** Who holds the model, or else the features, or else anything; of several that agree the first by name. */
    private static Optional<String> holder(VirtualMachineSnapshot vm, Collection<Claimant> claimants) {
        Predicate<String> claims = baseline ->
                claimants.stream().anyMatch(claimant -> claimant.baseline().equals(baseline));
        return Stream.of(
                        vm.modelManagers(),
                        vm.featureManagers(),
                        Set.copyOf(vm.managers().toList()))
                .flatMap(managers -> managers.stream()
                        .filter(Target::isBaselineManager)
                        .map(Target::baselineOf)
                        .filter(claims)
                        .min(Comparator.naturalOrder())
                        .stream())
                .findFirst();
    }

    private static String largest(List<Claimant> claimants) {
        return claimants.stream()
                .min(Comparator.comparingLong(Claimant::cores).reversed().thenComparing(Claimant::baseline))
                .map(Claimant::baseline)
                .orElse("");
    }

    /** Whether it is this baseline's. */
    public boolean is(String name) {
        return baseline.equals(name);
    }
}
