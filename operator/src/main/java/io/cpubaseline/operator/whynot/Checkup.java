package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.operator.whynot.Census.Machine;
import io.cpubaseline.scheduling.Explanation;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import io.cpubaseline.scheduling.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Asks about every virtual machine what is asked about a single one: whether it finds a node, and what decides that it doesn't. */
final class Checkup {

    /** Reasons that no obstacle has. */
    static final String NOT_MIGRATABLE = "NotMigratable";

    static final String OTHER_CPU = "OtherCpuThere";
    static final String NO_OTHER_NODE = "NoOtherNode";

    static final List<String> REASONS = List.of(NOT_MIGRATABLE, OTHER_CPU, NO_OTHER_NODE);

    private final Census census;
    private final Types types;
    private final Situations situations;
    private final Survey survey;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, List<String>> saidOf = new TreeMap<>();
    private int running;
    private int starting;
    private int stopped;

    /**
     * A virtual machine that finds no node.
     *
     * @param node where it runs; empty if it doesn't
     * @param reason an {@link io.cpubaseline.scheduling.Origin}, or one of the reasons here
     * @param what what it asks for, as people say it, or what is said of it
     * @param from where it has that from; may be empty
     * @param remedy the way out
     */
    record Finding(String namespace, String name, String node, String reason, String what, String from, String remedy) {

        String qualifiedName() {
            return namespace + "/" + name;
        }
    }

    /**
     * What was found.
     *
     * @param running how many run somewhere
     * @param starting how many are started and have no node yet
     * @param stopped how many don't run
     * @param nodes how many nodes KubeVirt has
     * @param findings those that find no node, by namespace and name
     * @param remarks what has to be known beside that, a sentence each
     * @param judgements how often a pod was held against a node
     */
    record Report(
            int running,
            int starting,
            int stopped,
            int nodes,
            List<Finding> findings,
            List<String> remarks,
            long judgements) {

        /** Makes the lists immutable. */
        Report {
            findings = List.copyOf(findings);
            remarks = List.copyOf(remarks);
        }

        int all() {
            return running + starting + stopped;
        }
    }

    private Checkup(Census census, Types types) {
        this.census = census;
        this.types = types;
        this.situations = new Situations(census.kubeVirt(), census.nodes().values());
        this.survey = new Survey(census.nodes().values(), census.room());
    }

    /**
     * Asks about all of them.
     *
     * @param baseline only those that carry this one; nothing for all
     */
    static Report of(Census census, Types types, Optional<String> baseline) {
        return new Checkup(census, types).report(baseline);
    }

    private Report report(Optional<String> baseline) {
        TreeSet<String> names = new TreeSet<>(census.machines().keySet());
        names.addAll(census.instances().keySet());
        for (String name : names) {
            Machine machine = census.machines().get(name);
            OfBaseline of = machine == null ? OfBaseline.nothing() : machine.ofBaseline();
            if (baseline.map(of.baseline()::equals).orElse(true)) {
                subject(name, machine, of).ifPresent(this::look);
            }
        }
        List<String> remarks = new ArrayList<>(census.remarks());
        if (census.kubeVirt().isMissingNode()) {
            remarks.add(Inquiry.NO_KUBEVIRT);
        }
        if (!census.nodes().isEmpty()
                && census.nodes().values().stream().allMatch(node -> node.schedulable() == Truth.UNKNOWN)) {
            remarks.add(Inquiry.NO_LABELS);
        }
        saidOf.forEach((sentence, whose) -> remarks.add(whose.get(0)
                + (whose.size() == 1 ? "" : " and %d more".formatted(whose.size() - 1)) + ": " + sentence));
        return new Report(running, starting, stopped, survey.nodes(), findings, remarks, survey.judgements());
    }

    /** Nothing for an instance that has ended, if no VirtualMachine starts it again. */
    private Optional<Subject> subject(String name, @Nullable Machine machine, OfBaseline of) {
        Optional<InstanceView> live = census.live(name);
        if (machine == null && live.isEmpty()) {
            return Optional.empty();
        }
        int slash = name.indexOf('/');
        List<PodView> pods = live.map(census::pods).orElse(List.of());
        List<String> unread = new ArrayList<>();
        MachineView view = null;
        if (machine != null && live.isEmpty()) {
            JsonNode tree = machine.tree();
            view = tree == null ? machine.view() : MachineView.of(types.expanded(tree, machine.namespace(), unread));
        }
        return Optional.of(new Subject(
                name.substring(0, slash),
                name.substring(slash + 1),
                of,
                view,
                live.orElse(null),
                pods,
                !pods.isEmpty(),
                unread));
    }

    private void look(Subject subject) {
        Situation situation = situations.of(subject);
        InstanceView instance = subject.instance();
        if (instance == null) {
            stopped++;
        } else if (situation.migrates()) {
            running++;
        } else {
            starting++;
        }
        subject.unread().forEach(sentence -> said(subject, sentence));
        situation.beyond().forEach(sentence -> said(subject, sentence));
        if (!situation.refusals().isEmpty()) {
            Troubles.Refusal refusal = situation.refusals().get(0);
            add(
                    subject,
                    situation,
                    NOT_MIGRATABLE,
                    refusal.reason() + ": " + refusal.message(),
                    "the condition LiveMigratable of its instance",
                    "KubeVirt migrates it nowhere: stop it before a drain, or change what its condition names");
            return;
        }
        Optional<Survey.Blocked> blocked = survey.look(situation.pod(), situation.background());
        if (blocked.isPresent()) {
            Explanation decisive = blocked.get().decisive();
            if (decisive == null) {
                add(
                        subject,
                        situation,
                        NO_OTHER_NODE,
                        situation.migrates() ? "another node of KubeVirt" : "a node of KubeVirt",
                        "there is none",
                        "more nodes on which virt-handler runs");
            } else {
                add(
                        subject,
                        situation,
                        decisive.obstacle().origin().name(),
                        decisive.what(),
                        decisive.from(),
                        decisive.remedy());
            }
        } else if (situation.migrates() && instance != null) {
            instance.lastMigration().stream()
                    .filter(Troubles.Failure::otherCpu)
                    .forEach(
                            failure -> add(
                                    subject,
                                    situation,
                                    OTHER_CPU,
                                    failure.sentence(),
                                    "the migration in its instance's status",
                                    "restart it: labels allow another node, libvirt there refuses the CPU that it started with"));
        }
    }

    private void said(Subject subject, String sentence) {
        saidOf.computeIfAbsent(sentence, unknown -> new ArrayList<>(1)).add(subject.qualifiedName());
    }

    private void add(Subject subject, Situation situation, String reason, String what, String from, String remedy) {
        findings.add(new Finding(subject.namespace(), subject.name(), situation.source(), reason, what, from, remedy));
    }
}
