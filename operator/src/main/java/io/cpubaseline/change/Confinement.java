package io.cpubaseline.change;

import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which CPU vendor a baseline confines its virtual machines to. KubeVirt keeps migrations within the vendor of the source, but lets a virtual
 * machine start wherever its model is labelled, and nodes of one vendor label most models of the other: without confinement it starts on a node
 * that no migration leads away from.
 */
public final class Confinement {

    private Confinement() {}

    /**
     * The vendor for a baseline of these nodes.
     *
     * @param severalVendors whether the policy lets a baseline span several; then unknown nodes that still carry labels count, too
     * @return empty for several vendors, null if no node tells
     */
    public static @Nullable String of(Fleet fleet, boolean severalVendors) {
        Stream<CpuClass> known = Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream());
        return vendor(severalVendors ? Stream.concat(known, fleet.carried().stream()) : known);
    }

    /**
     * The pin with its vendor decided. What was decided stays, whatever the nodes say: only an edit of the spec frees a baseline that is to
     * span several vendors from now on, or confines one that spans only one. A pin of which it isn't known gets the vendor of the nodes that
     * offer it.
     *
     * @param severalVendors whether the policy lets a baseline span several
     * @param specChanged whether the spec was edited since the last decision
     */
    static Pin settled(Pin pin, Fleet fleet, boolean severalVendors, boolean specChanged) {
        if (pin.vendor() == null) {
            // One that may span several vendors waits for the last unknown node.
            String vendor = offering(pin, fleet);
            boolean several = "".equals(vendor);
            boolean clear = several ? severalVendors : !severalVendors || fleet.count(State.UNKNOWN) == 0;
            return clear ? pin.within(vendor) : pin;
        }
        if (!specChanged) {
            return pin;
        }
        String now = offering(pin, fleet);
        boolean freed = severalVendors && "".equals(now);
        boolean confined = !severalVendors && pin.vendor().isEmpty() && now != null;
        return freed || confined ? pin.within(now) : pin;
    }

    private static @Nullable String offering(Pin pin, Fleet fleet) {
        Criteria.Pin anywhere = pin.within("").criteria();
        return vendor(Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream())
                .filter(cpuClass -> cpuClass.offers(anywhere)));
    }

    /** A vendor that no node's label names would select no node. */
    private static @Nullable String vendor(Stream<CpuClass> classes) {
        List<CpuClass> telling =
                classes.filter(cpuClass -> !cpuClass.vendor().isEmpty()).toList();
        List<String> vendors = telling.stream().map(CpuClass::vendor).distinct().toList();
        if (vendors.size() != 1) {
            return vendors.isEmpty() ? null : "";
        }
        String vendor = vendors.get(0);
        return telling.stream()
                        .anyMatch(cpuClass ->
                                cpuClass.evidence().labelledVendors().contains(vendor))
                ? vendor
                : null;
    }
}
