package io.cpubaseline.cli.compare;

import io.cpubaseline.cli.compare.CompareDocument.Compared;
import io.cpubaseline.cli.compare.CompareDocument.Cpu;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.comparison.Difference;
import java.util.List;

/** Both answers and their differences, for people. */
final class CompareText {

    private static final int FEATURES = 12;
    private static final int NODES = 5;

    private final Page page;
    private final boolean all;

    /**
     * Text on this page.
     *
     * @param all whether to name every feature and every node
     */
    CompareText(Page page, boolean all) {
        this.page = page;
        this.all = all;
    }

    void print(CompareDocument document, boolean countsItsOwnHost) {
        page.field("Asked", document.asked());
        if (countsItsOwnHost) {
            page.field("", "That hypervisor's own machine takes part in its answer.");
        }
        if (!document.unknownFeatures().isEmpty()) {
            page.field("", "Not known to it, left out: " + few(document.unknownFeatures(), FEATURES));
        }
        for (Compared compared : document.comparisons()) {
            page.heading("=== %s ===".formatted(compared.of().equals("all") ? "All nodes" : compared.of()));
            print(compared);
        }
    }

    private void print(Compared compared) {
        page.field(
                "Nodes",
                "%d of %d %s"
                        .formatted(
                                compared.nodes(),
                                compared.cpuClasses(),
                                compared.cpuClasses() == 1 ? "kind" : "kinds"));
        Cpu ours = compared.ours();
        page.field("Ours", ours == null ? "none: " + compared.ourReason() : named(ours));
        Cpu libvirt = compared.libvirt();
        page.field("libvirt", libvirt == null ? "none: " + compared.refusal() : named(libvirt));
        if (libvirt == null) {
            return;
        }
        page.field("", "can start on %d of %d nodes".formatted(compared.libvirtNodes(), compared.nodes()));
        if (compared.same()) {
            page.item("Both are the same.");
        } else if (!compared.differences().isEmpty()) {
            page.heading("Where libvirt's answer differs");
            compared.differences().forEach(this::print);
        }
    }

    private String named(Cpu cpu) {
        int features = cpu.requiredFeatures().size();
        return "%s, %s%s%s"
                .formatted(
                        cpu.cpuModel(),
                        cpu.abiLevel(),
                        features == 0 ? "" : " + %d: %s".formatted(features, few(cpu.requiredFeatures(), FEATURES)),
                        cpu.disabledFeatures().isEmpty() ? "" : "; without " + few(cpu.disabledFeatures(), FEATURES));
    }

    private void print(Difference difference) {
        page.item("%s: %s%s%s"
                .formatted(
                        difference.kind(),
                        difference.message(),
                        difference.features().isEmpty() ? "" : " " + few(difference.features(), FEATURES) + ".",
                        difference.nodes().isEmpty() ? "" : " Nodes: " + names(difference.nodes()) + "."));
    }

    private String few(List<String> words, int most) {
        return all || words.size() <= most
                ? String.join(" ", words)
                : "%s and %d more".formatted(String.join(" ", words.subList(0, most)), words.size() - most);
    }

    private String names(List<String> nodes) {
        return all || nodes.size() <= NODES
                ? String.join(", ", nodes)
                : "%s and %d more".formatted(String.join(", ", nodes.subList(0, NODES)), nodes.size() - NODES);
    }
}
