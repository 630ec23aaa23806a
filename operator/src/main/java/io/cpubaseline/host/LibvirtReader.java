package io.cpubaseline.host;

import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.Found;
import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.evidence.HostFacts.Proof;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.manifest.InputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What libvirt tells of a host: {@code virsh capabilities} of the hardware, {@code virsh domcapabilities} and {@code virsh hypervisor-cpu-baseline} of
 * what the hypervisor gives (libvirt docs/formatcaps.rst, docs/formatdomaincaps.rst). A text may have several, one after another.
 */
final class LibvirtReader {

    /** How libvirt names models, features and vendors; anything else is none that anybody knows. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

    private static final String X86 = "x86_64";
    private static final String EXPECTED =
            "expected <capabilities>, <domainCapabilities> or <cpu> as virsh capabilities, domcapabilities and hypervisor-cpu-baseline print them, found <%s>";
    private static final int MOST_CPUS = 1_000_000;
    private static final int THOUSAND = 1000;

    /** libvirt's units of memory that hosts use (docs/formatcaps.rst). */
    private static final Map<String, Long> BYTES =
            Map.of("b", 1L, "bytes", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30, "tib", 1L << 40);

    private final CpuCatalog catalog;
    private final HostFlags flags;
    private final String title;

    LibvirtReader(CpuCatalog catalog, HostFlags flags, String title) {
        this.catalog = catalog;
        this.flags = flags;
        this.title = title;
    }

    /** All hosts that these documents tell of. */
    List<Described> read(List<XmlElement> roots) {
        List<Described> hosts = new ArrayList<>();
        for (XmlElement root : roots) {
            if (root.name().equals("cpus")) {
                hosts.addAll(read(root.children()));
            } else {
                hosts.add(new Described(facts(root), root.place()));
            }
        }
        return hosts;
    }

    private HostFacts facts(XmlElement root) {
        return switch (root.name()) {
            case "capabilities" -> capabilities(root);
            case "domainCapabilities" -> domainCapabilities(root);
            case "mode" -> hostModel(root, Set.of(), new TreeSet<>(), false);
            case "cpu" -> root.child("arch").isPresent() ? hardware(root, NodeCapacity.none()) : given(root);
            case "domain" ->
                throw new InputException(
                        root.place(),
                        "expected what a host tells of its CPU, found the definition of a guest; virsh domcapabilities tells of the host");
            default -> throw new InputException(root.place(), EXPECTED.formatted(root.name()));
        };
    }

    private HostFacts capabilities(XmlElement root) {
        XmlElement cpu = root.at("host", "cpu")
                .orElseThrow(() -> new InputException(
                        root.place(), "expected <host><cpu> in what virsh capabilities prints, found none"));
        return hardware(cpu, capacity(root));
    }

    /** libvirt's name for the CPU and what it has beside: the hardware, whatever QEMU and KVM make of it. */
    private HostFacts hardware(XmlElement cpu, NodeCapacity capacity) {
        architecture(cpu, cpu.textOf("arch"));
        String model = cpu.textOf("model");
        if (model.isEmpty()) {
            throw new InputException(
                    cpu.place(),
                    "expected the CPU's <model>, found none: libvirt does not know this CPU; lscpu tells its flags");
        }
        Draft draft = new Draft();
        catalog.model(model)
                .ifPresentOrElse(
                        known -> draft.features = flags.namedByLibvirt(known), () -> draft.modelUnknown(model));
        for (XmlElement feature : cpu.all("feature")) {
            draft.require(feature.attribute("name"));
        }
        return draft.facts(
                Proof.HARDWARE,
                cpu.textOf("vendor"),
                new TreeSet<>(),
                capacity.milliCores() > 0 ? capacity : topology(cpu),
                draft.features.contains("hypervisor"),
                false);
    }

    private HostFacts domainCapabilities(XmlElement root) {
        architecture(root, root.textOf("arch"));
        XmlElement hostModel = root.child("cpu").stream()
                .flatMap(cpu -> cpu.all("mode").stream())
                .filter(mode -> mode.attribute("name").equals("host-model"))
                .filter(mode -> mode.attribute("supported").equals("yes"))
                .findFirst()
                .orElseThrow(
                        () -> new InputException(
                                root.place(),
                                "expected <cpu><mode name='host-model' supported='yes'> in what virsh domcapabilities prints, found none: libvirt can't tell there what QEMU gives"));
        TreeSet<String> usable = root.child("cpu").stream()
                .flatMap(cpu -> cpu.all("mode").stream())
                .filter(mode -> mode.attribute("name").equals("custom"))
                .flatMap(mode -> mode.all("model").stream())
                .filter(model -> model.attribute("usable").equals("yes"))
                .map(XmlElement::text)
                .filter(model -> NAME.matcher(model).matches())
                .collect(Collectors.toCollection(TreeSet::new));
        return hostModel(hostModel, usable, usable, root.textOf("domain").equals("qemu"));
    }

    /**
     * A CPU as a guest gets it.
     *
     * @param usable models that are usable as a whole: QEMU's own definition is then what is given
     * @param told the models to tell
     */
    private HostFacts hostModel(XmlElement mode, Set<String> usable, SortedSet<String> told, boolean emulated) {
        if (mode.name().equals("mode") && !mode.attribute("name").equals("host-model")) {
            throw new InputException(mode.place(), "expected <mode name='host-model'>, found another mode");
        }
        String name = mode.textOf("model");
        if (name.isEmpty()) {
            throw new InputException(mode.place(), "expected the CPU's <model>, found none");
        }
        Draft draft = new Draft();
        catalog.model(name)
                .ifPresentOrElse(
                        model -> draft.features = usable.contains(name)
                                ? flags.namedByLibvirt(model).union(given(model))
                                : flags.namedByLibvirt(model),
                        () -> draft.modelUnknown(name));
        for (XmlElement feature : mode.all("feature")) {
            switch (feature.attribute("policy")) {
                case "require", "force" -> draft.require(feature.attribute("name"));
                case "disable", "forbid" ->
                    draft.features = draft.features.minus(FeatureSet.of(feature.attribute("name")));
                default -> {
                    // "optional" may be there or not.
                }
            }
        }
        return draft.facts(
                Proof.HYPERVISOR, emulated ? "" : mode.textOf("vendor"), told, NodeCapacity.none(), false, emulated);
    }

    private FeatureSet given(CpuModel model) {
        return model.features().minus(catalog.neverBlocks());
    }

    /** A {@code <cpu>} of its own, without the architecture that those of hosts have: what {@code hypervisor-cpu-baseline} prints. */
    private HostFacts given(XmlElement cpu) {
        String mode = cpu.attribute("mode");
        if (!mode.isEmpty() && !mode.equals("custom")) {
            throw new InputException(
                    cpu.place(),
                    "expected <cpu mode='custom'> with model and features, found the mode %s, which tells none; virsh domcapabilities tells them"
                            .formatted(mode));
        }
        return hostModel(cpu, Set.of(), new TreeSet<>(), false);
    }

    private static void architecture(XmlElement element, String name) {
        if (!name.equals(X86)) {
            throw new InputException(
                    element.place(),
                    "expected <arch>x86_64</arch>, found %s: only x86-64 has these CPU models; leave the file out"
                            .formatted(name.isEmpty() ? "none" : "<arch>" + name + "</arch>"));
        }
    }

    private static NodeCapacity capacity(XmlElement capabilities) {
        long cpus = 0;
        long memory = 0;
        for (XmlElement cell : capabilities.at("host", "topology", "cells").stream()
                .flatMap(cells -> cells.all("cell").stream())
                .toList()) {
            cpus += cell.child("cpus")
                    .map(element -> number(element.attribute("num")))
                    .orElse(0L);
            memory += cell.child("memory")
                    .map(element -> number(element.text())
                            * BYTES.getOrDefault(element.attribute("unit").toLowerCase(Locale.ROOT), 0L))
                    .orElse(0L);
        }
        return new NodeCapacity(Math.min(cpus, MOST_CPUS) * THOUSAND, Math.max(0, memory));
    }

    private static NodeCapacity topology(XmlElement cpu) {
        long cpus = cpu.child("topology")
                .map(topology -> number(topology.attribute("sockets"))
                        * Math.max(1, number(topology.attribute("dies")))
                        * Math.max(1, number(topology.attribute("clusters")))
                        * number(topology.attribute("cores"))
                        * number(topology.attribute("threads")))
                .orElse(0L);
        return new NodeCapacity(cpus < 0 || cpus > MOST_CPUS ? 0 : cpus * THOUSAND, 0);
    }

    private static long number(String text) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }

    /** A host while its features are collected. */
    private final class Draft {

        private FeatureSet features = FeatureSet.empty();
        private final SortedSet<String> unknown = new TreeSet<>();
        private final List<String> remarks = new ArrayList<>();
        private final Set<String> asked = new HashSet<>();

        void require(String spelling) {
            if (!NAME.matcher(spelling).matches() || !asked.add(spelling)) {
                return;
            }
            catalog.featureName(spelling)
                    .ifPresentOrElse(name -> features = features.with(name), () -> unknown.add(spelling));
        }

        void modelUnknown(String model) {
            remarks.add(
                    "libvirt calls its CPU %s, a model that the catalog lacks: only what is listed beside it counts."
                            .formatted(Found.abbreviated(model)));
        }

        HostFacts facts(
                Proof proof,
                String vendor,
                SortedSet<String> models,
                NodeCapacity capacity,
                boolean virtualMachine,
                boolean emulated) {
            String known = NAME.matcher(vendor).matches() ? vendor : "";
            return new HostFacts(
                    title, proof, known, features, models, capacity, virtualMachine, emulated, unknown, remarks);
        }
    }
}
