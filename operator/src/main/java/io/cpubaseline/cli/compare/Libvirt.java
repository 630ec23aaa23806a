package io.cpubaseline.cli.compare;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.host.LibvirtCpu;
import io.cpubaseline.manifest.InputException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * libvirt's own baseline, by {@code virsh}. Without a hypervisor it is {@code cpu-baseline} of libvirt's test driver, which needs no daemon and answers by
 * libvirt's own map of models; a hypervisor is asked for {@code hypervisor-cpu-baseline} (libvirt docs/manpages/virsh.rst).
 */
final class Libvirt {

    /** Built into libvirt's client library. */
    private static final String TEST_DRIVER = "test:///default";

    private static final Pattern VERSION = Pattern.compile("Using library: libvirt (\\S+)");
    private static final Pattern HYPERVISOR = Pattern.compile("Running hypervisor: (.+)");
    private static final Pattern UNKNOWN_FEATURE = Pattern.compile("Unknown CPU feature (\\S+)");

    /** More features than libvirt has learnt since any version that is still in use. */
    private static final int MOST_UNKNOWN = 200;

    private final Virsh virsh;
    private final @Nullable String hypervisor;
    private final boolean ignoresHost;
    private final String version;
    private final String running;
    private CpuElements elements;

    /**
     * Finds out which libvirt it is.
     *
     * @param hypervisor the connection of the hypervisor to ask; null to ask libvirt alone
     * @throws InputException if virsh is not there, or there is no connection
     */
    Libvirt(Virsh virsh, @Nullable String hypervisor, CpuCatalog catalog) throws IOException {
        this.virsh = virsh;
        this.hypervisor = hypervisor;
        String versions = answer(virsh.run(connection(), List.of("version"), ""), "version");
        this.version = found(VERSION, versions);
        this.running = found(HYPERVISOR, versions);
        Set<String> models = new LinkedHashSet<>(
                answer(virsh.run(connection(), List.of("cpu-models", "x86_64"), ""), "cpu-models x86_64")
                        .lines()
                        .map(String::strip)
                        .toList());
        this.elements = new CpuElements(catalog, models, FeatureSet.empty());
        this.ignoresHost = hypervisor != null
                && virsh.run(connection(), List.of("help", "hypervisor-cpu-baseline"), "")
                        .out()
                        .contains("--ignore-host");
    }

    private String connection() {
        return hypervisor == null ? TEST_DRIVER : hypervisor;
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1).strip() : "unknown";
    }

    /** The version of libvirt. */
    String version() {
        return version;
    }

    /** What was asked, in words. */
    String asked() {
        return hypervisor == null
                ? "virsh cpu-baseline, libvirt %s: its own rules, no hypervisor".formatted(version)
                : "virsh hypervisor-cpu-baseline, libvirt %s, %s at %s".formatted(version, running, hypervisor);
    }

    /** Whether the machine of the hypervisor takes part in its answers, as a node that is perhaps none. */
    boolean countsItsOwnHost() {
        return hypervisor != null && !ignoresHost;
    }

    /** Features that this libvirt does not know, as far as it was asked. */
    FeatureSet unknownFeatures() {
        return elements.unknown();
    }

    /**
     * libvirt's answer for nodes.
     *
     * @param answer the answer; null if it refuses.
     * @param refusal why it refuses; empty if it doesn't
     */
    record Baseline(@Nullable LibvirtCpu answer, String refusal) {}

    /**
     * Asks for the baseline of these classes. Features that libvirt turns out not to know are left out from then on.
     *
     * @throws InputException if the connection can't answer such questions
     */
    Baseline baseline(List<CpuClass> classes) throws IOException {
        for (int unknown = 0; unknown <= MOST_UNKNOWN; unknown++) {
            Virsh.Ran ran = virsh.run(connection(), command(), elements.of(classes));
            if (ran.succeeded()) {
                return new Baseline(LibvirtCpu.read("virsh", ran.out()), "");
            }
            Matcher feature = UNKNOWN_FEATURE.matcher(ran.err());
            if (!feature.find()) {
                unsupported(ran);
                return new Baseline(null, ran.complaint());
            }
            elements = elements.without(feature.group(1));
        }
        throw new InputException("virsh: this libvirt knows none of the features of these nodes");
    }

    private List<String> command() {
        if (hypervisor == null) {
            return List.of("cpu-baseline", Virsh.FILE);
        }
        return ignoresHost
                ? List.of("hypervisor-cpu-baseline", Virsh.FILE, "--migratable", "--ignore-host")
                : List.of("hypervisor-cpu-baseline", Virsh.FILE, "--migratable");
    }

    private void unsupported(Virsh.Ran ran) {
        if (ran.err().contains("not supported by the connection driver")) {
            throw new InputException(
                    "virsh: %s can't compute baselines: its driver has no such function; qemu:///system of a KVM host has, and without --connect libvirt answers alone"
                            .formatted(connection()));
        }
    }

    private String answer(Virsh.Ran ran, String command) {
        if (!ran.succeeded()) {
            throw new InputException(
                    "virsh -c %s %s: %s%s"
                            .formatted(
                                    connection(),
                                    command,
                                    ran.complaint(),
                                    hypervisor == null
                                            ? "; is it libvirt's virsh?"
                                            : "; is libvirtd (or virtqemud) running there? Without --connect no hypervisor is asked"));
        }
        return ran.out();
    }
}
