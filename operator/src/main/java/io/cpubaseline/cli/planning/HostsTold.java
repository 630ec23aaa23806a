package io.cpubaseline.cli.planning;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.evidence.HostFacts;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told of hosts that described themselves: which are known by their hardware alone, and which models are to be expected there.
 *
 * @param byHardware those that are known by their hardware alone, alike ones together, the most first
 * @param hosts all of them
 */
public record HostsTold(List<Kind> byHardware, List<HostFacts> hosts) {

    /** The usual: all nodes are of a cluster. */
    private static final HostsTold NOBODY = new HostsTold(List.of(), List.of());

    private static final int MODELS = 4;
    private static final int NAMES = 5;

    /**
     * Hosts of the same hardware.
     *
     * @param names their names, sorted
     * @param level the x86-64 level that the hardware has
     * @param models the models of their own vendor to expect, the newest first, without versions
     */
    public record Kind(List<String> names, String vendor, AbiLevel level, List<String> models) {}

    /** Those among these nodes. */
    public static HostsTold of(List<HostFacts> hosts, List<NodeCpu> nodes, CpuCatalog catalog) {
        if (hosts.isEmpty()) {
            return NOBODY;
        }
        Map<CpuEvidence, List<String>> alike = new LinkedHashMap<>();
        for (NodeCpu node : nodes) {
            if (node.evidence().expected()) {
                alike.computeIfAbsent(node.evidence(), evidence -> new ArrayList<>())
                        .add(node.name());
            }
        }
        return new HostsTold(
                alike.entrySet().stream()
                        .map(kind -> new Kind(
                                kind.getValue().stream().sorted().toList(),
                                kind.getKey().vendor(),
                                kind.getKey().silicon().provenLevel(),
                                models(kind.getKey(), catalog)))
                        .sorted(Comparator.comparing(
                                        (Kind kind) -> -kind.names().size())
                                .thenComparing(kind -> kind.names().get(0)))
                        .toList(),
                hosts.stream().sorted(Comparator.comparing(HostFacts::name)).toList());
    }

    private static List<String> models(CpuEvidence evidence, CpuCatalog catalog) {
        return evidence.labelledModels().stream()
                .flatMap(name -> catalog.model(name).stream())
                .filter(model -> !model.obsolete() && !model.versioned())
                .filter(model -> model.vendors().contains(evidence.vendor()))
                .sorted(Comparator.comparing(CpuModel::order).reversed())
                .map(CpuModel::name)
                .toList();
    }

    /** Prints what is to be known of them; nothing if there are none. */
    public void print(Page page, boolean all) {
        if (!byHardware.isEmpty()) {
            page.heading("Known by their hardware alone: what hypervisors give there is not proven");
            for (Kind kind : byHardware) {
                page.item("%s (%s, %s): %s"
                        .formatted(
                                few(kind.names(), all ? Integer.MAX_VALUE : NAMES),
                                kind.vendor().isEmpty() ? "unknown vendor" : kind.vendor(),
                                kind.level(),
                                kind.models().isEmpty()
                                        ? "the hardware allows no model of its vendor that the catalog has"
                                        : "the hardware allows %s"
                                                .formatted(few(kind.models(), all ? Integer.MAX_VALUE : MODELS))));
            }
            page.item("To prove it, on each host: virsh domcapabilities > $(uname -n).xml");
        }
        List<String> remarks = remarks();
        if (!remarks.isEmpty()) {
            page.heading("Hosts to look at");
            remarks.forEach(page::item);
        }
        if (all) {
            Map<String, List<String>> unknown = unknownFlags();
            if (!unknown.isEmpty()) {
                page.heading("Flags that the catalog does not know, which count for nothing");
                unknown.forEach((flag, names) -> page.item("%s: %s".formatted(flag, String.join(", ", names))));
            }
        }
    }

    /** Which hosts are known by their hardware alone, in words. */
    public String byHardwareInWords() {
        return "known by the hardware alone: %s"
                .formatted(few(
                        byHardware.stream()
                                .flatMap(kind -> kind.names().stream())
                                .sorted()
                                .toList(),
                        NAMES));
    }

    /** What is odd about hosts, alike ones together. */
    private List<String> remarks() {
        Map<String, List<String>> bySentence = new LinkedHashMap<>();
        for (HostFacts host : hosts) {
            if (host.virtualMachine()) {
                add(
                        bySentence,
                        "this is a virtual machine: what it sees is what its host gave it, which another host may not.",
                        host);
            }
            if (host.emulated()) {
                add(
                        bySentence,
                        "what it tells is what QEMU's emulator gives, whatever the CPU, so it counts for nothing: ask again where /dev/kvm is, virsh domcapabilities --virttype kvm.",
                        host);
            }
            host.remarks().forEach(sentence -> add(bySentence, sentence, host));
        }
        List<String> remarks = new ArrayList<>();
        bySentence.forEach((sentence, names) -> remarks.add("%s: %s".formatted(few(names, NAMES), sentence)));
        return remarks;
    }

    private static void add(Map<String, List<String>> bySentence, String sentence, HostFacts host) {
        bySentence.computeIfAbsent(sentence, any -> new ArrayList<>()).add(host.name());
    }

    private Map<String, List<String>> unknownFlags() {
        Map<String, List<String>> byFlag = new TreeMap<>();
        for (HostFacts host : hosts) {
            host.unknownFlags()
                    .forEach(flag -> byFlag.computeIfAbsent(flag, any -> new ArrayList<>())
                            .add(host.name()));
        }
        return byFlag;
    }

    private static String few(List<String> names, int most) {
        return names.size() <= most
                ? String.join(", ", names)
                : "%s and %d more".formatted(String.join(", ", names.subList(0, most)), names.size() - most);
    }

    /** The same for programs; null if no host described itself. */
    public @Nullable Document document() {
        if (hosts.isEmpty()) {
            return null;
        }
        return new Document(
                byHardware.isEmpty() ? Proof.Hypervisor : Proof.HardwareOnly,
                byHardware.stream()
                        .map(kind -> new Hardware(
                                kind.names(), kind.vendor(), kind.level().label(), kind.models()))
                        .toList(),
                names(hosts.stream().filter(HostFacts::virtualMachine).toList()),
                names(hosts.stream().filter(HostFacts::emulated).toList()),
                remarks(),
                unknownFlags());
    }

    private static List<String> names(List<HostFacts> hosts) {
        return hosts.stream().map(HostFacts::name).toList();
    }

    /** What an answer rests on. */
    public enum Proof {
        /** On what hypervisors have said: labels, libvirt, QEMU. */
        Hypervisor,
        /** On the hardware's flags of at least one host. */
        HardwareOnly
    }

    /**
     * Hosts of the same hardware.
     *
     * @param names their names
     * @param vendor their CPU vendor; empty if the catalog has no model of it
     * @param abiLevel the x86-64 level of the hardware
     * @param expectedModels models of the vendor to expect by the catalog, the newest first, without versions
     */
    public record Hardware(List<String> names, String vendor, String abiLevel, List<String> expectedModels) {}

    /**
     * {@code evidence} of the document that {@code plan} prints.
     *
     * @param proof the weakest that the answer rests on
     * @param hardwareOnly hosts of which no hypervisor has told
     * @param virtualMachines hosts that are guests themselves
     * @param emulated hosts that told of QEMU's emulator, which count for nothing
     * @param remarks what is odd, a sentence each
     * @param unknownFlags flags that the catalog does not know, with the hosts that have them
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Document(
            Proof proof,
            List<Hardware> hardwareOnly,
            List<String> virtualMachines,
            List<String> emulated,
            List<String> remarks,
            Map<String, List<String>> unknownFlags) {}

    /** Names of hosts whose troubles are told here, and not as a cluster's. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        hosts.forEach(host -> names.add(host.name()));
        return names;
    }
}
