package io.cpubaseline.cli.explain;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.Explanation.Withheld;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.explain.NodeAccount;
import io.cpubaseline.explain.NodeAccount.Effect;
import io.cpubaseline.explain.NodeGroup;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.List;
import java.util.Locale;

/** Prints all about a node for people. */
final class NodeText {

    private final Page page;
    private final Sources sources;
    private final Phrases phrases;

    NodeText(Page page, Sources sources, Phrases phrases) {
        this.page = page;
        this.sources = sources;
        this.phrases = phrases;
    }

    /**
     * Prints it.
     *
     * @param remarks what is odd about its evidence, a sentence each
     */
    void print(NodeAccount account, List<String> remarks) {
        NodeCpu node = account.node();
        String vendor = node.evidence().vendor();
        NodeCapacity capacity = node.host().capacity();
        page.field(
                "Node",
                "%s: %s%s"
                        .formatted(
                                node.name(),
                                vendor.isEmpty() ? "unknown vendor" : vendor,
                                capacity.milliCores() == 0
                                        ? ""
                                        : ", %s%s"
                                                .formatted(
                                                        Phrases.count((int) capacity.cores(), "core"),
                                                        capacity.memory() == 0
                                                                ? ""
                                                                : ", %s memory".formatted(capacity.memoryQuantity()))));
        page.field("Counts", counts(account));
        evidence(node.evidence());
        boolean proven = account.group().filter(NodeGroup::provesNothing).isEmpty();
        page.field("Level", level(account, proven));
        if (node.evidence().hasKubeVirtLabels()) {
            page.field(
                    "Models",
                    account.models().isEmpty()
                            ? "none of its own vendor"
                            : "of its own vendor: %s".formatted(phrases.some(account.models())));
            page.field("Alone", Phrases.brief(account.alone()));
        }
        account.group()
                .map(NodeGroup::names)
                .filter(names -> names.size() > 1)
                .ifPresent(names -> page.field(
                        "Like it",
                        phrases.some(names.stream()
                                .filter(name -> !name.equals(node.name()))
                                .toList())));
        if (!remarks.isEmpty()) {
            page.heading("What is odd");
            remarks.forEach(page::item);
        }
        account.best()
                .above()
                .filter(level -> proven && !account.toNextLevel().isEmpty())
                .ifPresent(level -> {
                    page.heading("What it lacks for %s".formatted(level));
                    phrases.lacks(account.toNextLevel()).forEach(page::item);
                });
        account.effects().forEach(effect -> effect(account, effect));
        if (account.effects().isEmpty()) {
            page.heading("It costs nothing: no answer depends on it.");
        }
        sources.print(page);
    }

    private static String level(NodeAccount account, boolean proven) {
        if (!account.node().evidence().hasKubeVirtLabels()) {
            return "not known: it carries no CPU labels of KubeVirt";
        }
        return (proven ? "%s is the highest that a guest gets there" : "%s by its labels, which prove nothing")
                .formatted(account.best());
    }

    private static String counts(NodeAccount account) {
        NodeCpu node = account.node();
        if (account.group().isEmpty()) {
            return node.amd64()
                    ? "no: KubeVirt does not use it, or spec.nodeSelector leaves it out"
                    : "no: it is no amd64 node";
        }
        NodeGroup group = account.group().get();
        Reason reason = group.reason();
        if (group.state() == State.CONTRIBUTING || reason == null) {
            return "yes: its evidence is complete" + (node.host().cordoned() ? "; it is cordoned" : "");
        }
        return "no, %s: %s (docs/troubleshooting.md#%s)"
                .formatted(
                        group.state() == State.UNKNOWN ? "unknown" : "unfit",
                        reason,
                        reason.name().toLowerCase(Locale.ROOT));
    }

    private void evidence(CpuEvidence evidence) {
        if (!evidence.expected()) {
            page.field(
                    "Evidence",
                    "%s and %s %s"
                            .formatted(
                                    Phrases.count(evidence.labelledFeatures().size(), "feature"),
                                    Phrases.count(evidence.labelledModels().size(), "model"),
                                    evidence.silicon().source() == Silicon.Source.HYPERVISOR
                                            ? "told by the hypervisor"
                                            : "labelled by KubeVirt"));
        }
        page.field(evidence.expected() ? "Evidence" : "", hardware(evidence.silicon()));
    }

    private static String hardware(Silicon silicon) {
        return switch (silicon.source()) {
            case NODE_FEATURE ->
                "hardware: %s, by node-feature-discovery's whole list".formatted(silicon.provenLevel());
            case LABELS ->
                silicon.provenLevel() == AbiLevel.NONE
                        ? "hardware: some flags, by node-feature-discovery's labels"
                        : "hardware: %s, by node-feature-discovery's labels".formatted(silicon.provenLevel());
            case HARDWARE ->
                "hardware alone: %s, by the host's own words; what guests get is not proven"
                        .formatted(silicon.provenLevel());
            case HYPERVISOR -> "hardware: nobody told";
            default -> "hardware: nobody told (no node-feature-discovery there)";
        };
    }

    private void effect(NodeAccount account, Effect effect) {
        page.heading(
                effect.view().name().isEmpty()
                        ? "What it costs"
                        : "What it costs the answer for %s"
                                .formatted(effect.view().name()));
        page.item("the answer is %s".formatted(Phrases.brief(effect.view().answer())));
        int alike = effect.cost().cpuClass().nodes().size();
        if (effect.without().isEmpty()) {
            page.item("all nodes are like it");
        } else {
            effect.without().ifPresent(gain -> page.item(phrases.gain(gain, effect.view())));
            if (alike > 1 && !effect.without().get().same()) {
                page.item("without %s alone, nothing would change: %s"
                        .formatted(
                                account.node().name(),
                                alike == 2 ? "one node is like it" : "%d nodes are like it".formatted(alike - 1)));
            }
        }
        if (!effect.cost().lacks().isEmpty()) {
            page.item("all others have, and it lacks: %s"
                    .formatted(phrases.some(effect.cost().lacks())));
        }
        effect.withheld().forEach(this::withheld);
        limits(effect.limits());
        loses(effect.hostModelLoses());
    }

    private void withheld(Withheld withheld) {
        page.item("it keeps mitigations from all guests: %s"
                .formatted(String.join(
                        " ",
                        withheld.causes().stream()
                                .map(cause -> cause.sentence())
                                .toList())));
    }

    /** First what nothing else blocks. */
    private void limits(List<Limit> limits) {
        List<String> alone = limits.stream()
                .filter(limit -> limit.blocking().size() == 1)
                .map(NodeText::name)
                .toList();
        List<String> together = limits.stream()
                .filter(limit -> limit.blocking().size() > 1)
                .map(NodeText::name)
                .toList();
        if (!alone.isEmpty()) {
            page.item("nothing but its kind blocks %s".formatted(phrases.some(alone)));
        }
        if (!together.isEmpty()) {
            page.item("with other kinds it blocks %s".formatted(phrases.some(together)));
        }
    }

    private static String name(Limit limit) {
        return limit.model().isEmpty() ? limit.level().label() : limit.model();
    }

    private void loses(HostModel loses) {
        if (!loses.isEmpty()) {
            page.item("a host-model guest there would lose %s"
                    .formatted(phrases.some(loses.nesting()
                            .union(loses.mitigations())
                            .union(loses.hardening())
                            .union(loses.immunity()))));
        }
    }
}
