package io.cpubaseline.explain;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Explanation.Cause;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.Lack.By;
import io.cpubaseline.explain.Standing.Gives;
import io.cpubaseline.explain.Standing.Lacks;
import io.cpubaseline.explain.Standing.Proof;
import io.cpubaseline.explain.Switch.Seen;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Silicon;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Says whether nodes give a flag to guests, and if not, who is to blame and what helps. */
final class Standings {

    private static final Set<Seen> ALL = EnumSet.allOf(Seen.class);
    private static final Set<Seen> IN_CPUID = EnumSet.of(Seen.CPUID, Seen.OS, Seen.ANY);
    private static final Set<Seen> IN_LINUX = EnumSet.of(Seen.CPUID, Seen.OS, Seen.KERNEL, Seen.ANY);
    private static final Set<Seen> IN_GUESTS = EnumSet.of(Seen.GUEST, Seen.KERNEL, Seen.ANY);
    private static final String HYPERVISOR = "hypervisor";
    private static final String NO_WORD = "guests are not given it, and node-feature-discovery has no word for it";
    private static final String NOTHING_HELPS = "no setting brings it: leave these nodes out, or do without it";
    private static final String RELABEL =
            "delete KubeVirt's CPU labels there and restart virt-handler (explain node says what contradicts what)";

    private final Planner planner;
    private final Facts facts;

    Standings(Planner planner, Facts facts) {
        this.planner = planner;
        this.facts = facts;
    }

    /** Whether the nodes of this group give it. */
    Standing of(String feature, NodeGroup group) {
        boolean usable = group.cpuClass().usable().contains(feature);
        CpuEvidence evidence = group.cpuClass().evidence();
        if (usable && group.reason() == Reason.EvidenceConflict) {
            return lacks(By.LABEL, "it is labelled, but the node's labels contradict other evidence", RELABEL);
        }
        if (usable && group.reason() == Reason.NoKvm) {
            return lacks(
                    By.LABEL,
                    "the node has no KVM: what it is labelled with is an emulator's",
                    "switch virtualization on in the firmware (VT-x, SVM), and see that /dev/kvm is there");
        }
        if (usable) {
            if (evidence.expected()) {
                return new Gives(Proof.HARDWARE);
            }
            return new Gives(evidence.labelledFeatures().contains(feature) ? Proof.LABEL : Proof.MODEL);
        }
        if (!evidence.hasKubeVirtLabels()) {
            return lacks(
                    By.NO_LABELS,
                    "the node carries no CPU labels of KubeVirt",
                    "see that virt-handler runs there; restart it");
        }
        return new Lacks(lack(feature, group));
    }

    private static Standing lacks(By by, String why, String remedy) {
        return new Lacks(new Lack(by, why, remedy, true, "", List.of()));
    }

    private Lack lack(String feature, NodeGroup group) {
        CpuEvidence evidence = group.cpuClass().evidence();
        FeatureSet silicon = evidence.silicon().present();
        FeatureSet has = group.cpuClass().usable().union(silicon);
        Predicate<Switch> applies =
                rule -> rule.appliesTo(feature, group.cpuClass().vendor(), has);
        Optional<Cause> cause = planner.cause(feature, group.cpuClass());
        if (silicon.contains(feature)) {
            return withheld(feature, evidence, applies, cause);
        }
        if (cause.isPresent()) {
            return told(cause.get());
        }
        Finding finding = silicon(feature, evidence);
        Optional<Switch> sure = facts.switches().stream()
                .filter(applies)
                .filter(rule -> rule.sure() && finding.seen().contains(rule.seen()))
                .findFirst();
        if (sure.isPresent()) {
            return lack(sure.get());
        }
        boolean virtual = finding.by() == By.SILICON && silicon.contains(HYPERVISOR);
        boolean emulated = facts.role(feature, "kvm-emulated", "given-by-kvm").isPresent()
                || facts.switches().stream().anyMatch(rule -> applies.test(rule) && rule.by() == By.EMULATED);
        if (emulated) {
            return lookAt(
                    new Finding(By.EMULATED, "KVM makes it whatever the CPU, and does not there", finding.seen()),
                    "update the node's kernel and KubeVirt",
                    applies);
        }
        return lookAt(
                virtual
                        ? new Finding(
                                By.OUTER_HYPERVISOR,
                                "the node is itself a virtual machine, and is not given it by its own host",
                                finding.seen())
                        : finding,
                remedy(virtual ? By.OUTER_HYPERVISOR : finding.by(), evidence),
                applies);
    }

    /** The CPU has it, and guests don't. */
    private Lack withheld(String feature, CpuEvidence evidence, Predicate<Switch> applies, Optional<Cause> cause) {
        Optional<Switch> sure = facts.switches().stream()
                .filter(applies)
                .filter(rule -> rule.sure() && (rule.seen() == Seen.GUEST || rule.seen() == Seen.ANY))
                .findFirst();
        if (sure.isPresent()) {
            return lack(sure.get());
        }
        Optional<Facts.Role> never = facts.role(feature, "not-given-by-kvm");
        if (never.isPresent()) {
            return new Lack(
                    By.KVM,
                    "KVM gives it to no guest (%s)".formatted(never.get().why()),
                    "",
                    false,
                    "host-rules.csv",
                    List.of());
        }
        boolean partly = !unlabelled(evidence).isEmpty();
        Lack told = cause.map(this::told).orElse(new Lack(By.KVM, "guests are not given it", "", true, "", List.of()));
        String why = partly
                ? "the CPU has it, and KubeVirt does not label it: a libvirt before 12.5 labels the features of the host's own model only"
                : told.why();
        return new Lack(
                told.by() == By.UNKNOWN ? By.KVM : told.by(),
                why,
                told.remedy(),
                told.mendable(),
                partly ? "kubevirt-releases.csv" : told.source(),
                looks(IN_GUESTS, applies));
    }

    /** What guests can be given without a label of its own: where there is any, labels are incomplete. */
    private FeatureSet unlabelled(CpuEvidence evidence) {
        return evidence.usable(planner.catalog()).minus(evidence.labelledFeatures());
    }

    /** The engine's own words: who took it, a colon, and what helps. */
    private Lack told(Cause cause) {
        int colon = cause.why().indexOf(": ");
        String why = colon < 0 ? cause.why() : cause.why().substring(0, colon);
        String remedy = colon < 0 ? "" : cause.why().substring(colon + 2);
        Optional<Facts.MissingSource> source = facts.missing().stream()
                .filter(missing -> missing.why().equals(cause.why()))
                .findFirst();
        By by = why.startsWith("the label ")
                ? By.LABEL
                : source.map(Facts.MissingSource::by).orElse(By.KVM);
        return new Lack(
                by,
                why,
                remedy,
                cause.mendable(),
                source.map(Facts.MissingSource::source).orElse(""),
                List.of());
    }

    private static Lack lack(Switch rule) {
        List<Lack.Look> look = rule.look().isEmpty() ? List.of() : List.of(look(rule));
        return new Lack(rule.by(), rule.why(), rule.remedy(), rule.by() != By.SILICON, rule.source(), look);
    }

    private Lack lookAt(Finding finding, String remedy, Predicate<Switch> applies) {
        return new Lack(
                finding.by(), finding.why(), remedy, finding.by() != By.SILICON, "", looks(finding.seen(), applies));
    }

    private List<Lack.Look> looks(Set<Seen> seen, Predicate<Switch> applies) {
        return facts.switches().stream()
                .filter(applies)
                .filter(rule -> !rule.sure() && seen.contains(rule.seen()))
                .map(Standings::look)
                .toList();
    }

    private static Lack.Look look(Switch rule) {
        return new Lack.Look(rule.why(), rule.look(), rule.remedy(), rule.source());
    }

    /** What is known about the CPU itself, and where a switch would have to be seen then. */
    private record Finding(By by, String why, Set<Seen> seen) {}

    private Finding silicon(String feature, CpuEvidence evidence) {
        FeatureSet words = facts.vocabularies().nfd().apply(evidence.vendor());
        FeatureSet labels = facts.vocabularies().nfdLabels().apply(evidence.vendor());
        return switch (evidence.silicon().source()) {
            case NODE_FEATURE ->
                words.contains(feature)
                        ? new Finding(
                                By.SILICON, "node-feature-discovery does not find it among the CPU's flags", IN_CPUID)
                        : new Finding(By.UNKNOWN, NO_WORD, ALL);
            case LABELS -> {
                if (labels.contains(feature)) {
                    yield new Finding(
                            By.SILICON,
                            "node-feature-discovery labels the CPU's flags there, and not this one",
                            IN_CPUID);
                }
                yield words.contains(feature)
                        ? new Finding(
                                By.DENYLIST,
                                "guests are not given it, and node-feature-discovery leaves it out of its labels by default",
                                ALL)
                        : new Finding(By.UNKNOWN, NO_WORD, ALL);
            }
            case HARDWARE ->
                facts.vocabularies().linux().contains(feature)
                        ? new Finding(By.SILICON, "it is not among the flags that the host shows", IN_LINUX)
                        : new Finding(By.UNKNOWN, "the host's words have none for it", ALL);
            case HYPERVISOR ->
                new Finding(By.UNKNOWN, "the hypervisor does not give it; whether the CPU has it, nobody told", ALL);
            case NONE ->
                new Finding(By.UNKNOWN, "KubeVirt does not label it; whether the CPU has it, nobody told", ALL);
        };
    }

    private static String remedy(By by, CpuEvidence evidence) {
        return switch (by) {
            case SILICON -> NOTHING_HELPS;
            case OUTER_HYPERVISOR -> "give it to the node's virtual machine (host-passthrough, or a model that has it)";
            case DENYLIST -> "look at the NodeFeature object, which has all flags: kubectl get nodefeatures -A -o yaml";
            default ->
                evidence.silicon().source() == Silicon.Source.NONE
                        ? "install node-feature-discovery, or run lscpu on the node"
                        : "run lscpu on the node";
        };
    }
}
