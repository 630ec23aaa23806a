package io.cpubaseline.host;

import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.evidence.Found;
import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The processors of one host while they are read from what its Linux says. Those of a hybrid CPU differ; a guest may run on each of them, so what they
 * have in common counts.
 */
final class Processors {

    /** More than any machine has; a file with more is something else. */
    private static final int MOST_KINDS = 64;

    private static final String HYPERVISOR = "hypervisor";
    private static final int THOUSAND = 1000;

    private final Place place;
    private final Set<Processor> kinds = new LinkedHashSet<>();
    private final List<String> remarks = new ArrayList<>();
    private long count;
    private boolean virtualMachine;

    /** A processor as Linux describes it; text that it doesn't give is empty. */
    record Processor(String vendor, String family, String model, String stepping, Set<String> flags) {

        /** Makes the set immutable. */
        Processor {
            flags = Set.copyOf(flags);
        }
    }

    /** A host whose description begins there. */
    Processors(Place place) {
        this.place = place;
    }

    Place place() {
        return place;
    }

    /**
     * Takes a kind of processors.
     *
     * @throws InputException if it can't be of the same machine as those before
     */
    void add(Processor processor, Place where) {
        if (kinds.stream().anyMatch(other -> !other.vendor().equals(processor.vendor()))) {
            throw new InputException(
                    where,
                    "expected the processors of one machine, found some of %s and some of %s; give each host a file of its own"
                            .formatted(kinds.iterator().next().vendor(), processor.vendor()));
        }
        kinds.add(processor);
        if (kinds.size() > MOST_KINDS) {
            throw new InputException(
                    where,
                    "expected the processors of one machine, found more than %d kinds of them".formatted(MOST_KINDS));
        }
    }

    boolean isEmpty() {
        return kinds.isEmpty();
    }

    /** How many logical CPUs there are. */
    void count(long processors) {
        count = processors;
    }

    /** Takes a word that this is a guest. */
    void isVirtualMachine() {
        virtualMachine = true;
    }

    void remark(String sentence) {
        remarks.add(sentence);
    }

    /** The host, by what all of its processors have. */
    HostFacts facts(String name, HostFlags rules) {
        Processor first = kinds.iterator().next();
        Set<String> common = new TreeSet<>(first.flags());
        Set<String> all = new TreeSet<>();
        for (Processor kind : kinds) {
            common.retainAll(kind.flags());
            all.addAll(kind.flags());
        }
        if (kinds.size() > 1) {
            all.removeAll(common);
            remarks.add("its processors are of %d kinds (%s); what all of them have counts%s."
                    .formatted(
                            kinds.size(),
                            String.join(
                                    ", ",
                                    kinds.stream()
                                            .map(kind -> "family %s model %s stepping %s"
                                                    .formatted(
                                                            Found.abbreviated(kind.family()),
                                                            Found.abbreviated(kind.model()),
                                                            Found.abbreviated(kind.stepping())))
                                            .distinct()
                                            .toList()),
                            all.isEmpty() ? ", which is the same" : ", and some lack " + String.join(" ", all)));
        }
        String vendor = Vendors.named(first.vendor());
        if (vendor.isEmpty()) {
            remarks.add("its CPU vendor is \"%s\", of which the catalog has no model."
                    .formatted(Found.abbreviated(first.vendor())));
        }
        boolean guest = virtualMachine || common.contains(HYPERVISOR);
        if (!guest && !common.contains("vmx") && !common.contains("svm")) {
            remarks.add(
                    "its flags have neither vmx nor svm, so KVM does not run there as it is: switch on virtualization in its firmware.");
        }
        HostFlags.Reading reading = rules.read(common, vendor);
        return new HostFacts(
                name,
                HostFacts.Proof.HARDWARE,
                vendor,
                reading.features(),
                new TreeSet<>(),
                new NodeCapacity(count * THOUSAND, 0),
                guest,
                false,
                reading.unknown(),
                remarks);
    }
}
