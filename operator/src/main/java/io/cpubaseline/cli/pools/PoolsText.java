package io.cpubaseline.cli.pools;

import io.cpubaseline.Reason;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cli.text.Table;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.pools.HoldBack;
import io.cpubaseline.pools.Split;
import io.cpubaseline.pools.UpperBound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints the splits for people: all of them in a line each, then one in detail, and how to apply it. */
final class PoolsText {

    private static final int NODES = 5;

    /** Of a pool with more nodes the command that labels them is not printed unless it is asked for. */
    private static final int NODES_IN_COMMAND = 60;

    private final Page page;
    private final PoolsAnswer answer;
    private final boolean all;

    PoolsText(Page page, PoolsAnswer answer, boolean all) {
        this.page = page;
        this.answer = answer;
        this.all = all;
    }

    void print(List<HoldBack> holdBacks) {
        nodes();
        splits();
        pools();
        holdBacks(holdBacks);
        vendors();
        out();
        commands();
    }

    private void nodes() {
        page.field(
                "Nodes",
                "%d selected: %d contributing, %d unknown, %d unfit"
                        .formatted(
                                answer.judged().fleet().selected(),
                                answer.judged().fleet().count(State.CONTRIBUTING),
                                answer.judged().fleet().count(State.UNKNOWN),
                                answer.judged().fleet().count(State.UNFIT)));
        int kinds = answer.judged().fleet().contributing().size();
        page.field("Kinds", "%d by CPU; nodes of a kind stay together".formatted(kinds));
        page.field(
                "Spare",
                answer.spare() == 0
                        ? "none: a pool may be lost with one node"
                        : "%d %s: each pool has a node left for its guests when it has lost that many"
                                .formatted(answer.spare(), answer.spare() == 1 ? "node" : "nodes"));
        if (answer.unit().equals("nodes")) {
            page.field("Counted", "nodes, since some of them don't tell their cores");
        }
        if (!answer.splits().exact()) {
            page.field(
                    "Search",
                    "not every split has been looked at, since there are too many kinds. GAP says how far the best one can be away at most");
        }
    }

    private void splits() {
        page.heading("The best splits, in %s".formatted(answer.unit()));
        boolean exact = answer.splits().exact();
        List<String> headings = new ArrayList<>(List.of("UP TO", "IN POOLS", "V4", "V3", "BELOW", "LEFT"));
        if (!exact) {
            headings.add("GAP");
        }
        headings.add("POOLS");
        Table table = new Table(headings.toArray(String[]::new));
        for (Split split : answer.different()) {
            long v4 = PoolsAnswer.atLevel(split, AbiLevel.V4);
            long v3 = PoolsAnswer.atLevel(split, AbiLevel.V3);
            long covered = split.score().covered() / PoolsAnswer.UNIT;
            List<String> cells = new ArrayList<>(List.of(
                    split.allowed() + (split.allowed() == answer.chosen().allowed() ? " *" : ""),
                    String.valueOf(covered),
                    dash(v4),
                    dash(v3),
                    dash(covered - v4 - v3),
                    String.valueOf(
                            split.pools().stream().mapToLong(answer::left).sum())));
            if (!exact) {
                cells.add(gap(split));
            }
            cells.add(NamedPool.of(split.pools()).stream().map(NamedPool::name).collect(Collectors.joining(" ")));
            table.row(cells.toArray(String[]::new));
        }
        page.table(table);
        if (answer.spare() > 0) {
            page.item("LEFT: what is left when every pool has lost its biggest %s."
                    .formatted(answer.spare() == 1 ? "node" : answer.spare() + " nodes"));
        }
        page.item("* %s".formatted(answer.recommended() ? recommendation() : "as asked for."));
    }

    private static String dash(long count) {
        return count == 0 ? "-" : String.valueOf(count);
    }

    /** How far the best split is away at most: in what is covered, or where nothing is missing there, in levels of what counts. */
    private static String gap(Split split) {
        UpperBound bound = split.bound();
        long covered = bound.coveredBeyond(split.score());
        if (covered > 0) {
            return "%d more in".formatted(covered / PoolsAnswer.UNIT);
        }
        long points = bound.pointsBeyond(split.score());
        return points <= 0 ? "none" : "%.1f %%".formatted(100.0 * points / bound.points());
    }

    private String recommendation() {
        Split split = answer.chosen();
        Split last = answer.splits().byPools().get(answer.splits().byPools().size() - 1);
        if (last.allowed() == 1) {
            return "recommended: there can't be more pools.";
        }
        long lifted = answer.splits().liftedBeyond(split);
        if (lifted > 0 && split.allowed() < last.allowed()) {
            return "recommended: with up to %d pools, %s would be higher by a level, which is less than a tenth of them."
                    .formatted(last.allowed(), counted(lifted / PoolsAnswer.UNIT));
        }
        boolean features = last.score().features() > split.score().features();
        return "recommended: with up to %d pools, no node would be higher by a level%s."
                .formatted(last.allowed(), features ? "; guests would only get more features" : "");
    }

    private String counted(long count) {
        return "%d %s".formatted(count, count == 1 ? answer.unit().replace("s", "") : answer.unit());
    }

    private void pools() {
        page.heading(
                answer.pools().size() == 1
                        ? "One pool"
                        : "%d pools".formatted(answer.pools().size()));
        boolean cores = answer.unit().equals("cores");
        boolean memory =
                answer.pools().stream().anyMatch(pool -> pool.pool().capacity().memory() > 0);
        List<String> headings = new ArrayList<>(List.of("POOL", "CPU MODEL", "NODES"));
        if (cores) {
            headings.addAll(List.of("CORES", "LEFT"));
        }
        if (memory) {
            headings.addAll(List.of("MEMORY", "LEFT"));
        }
        boolean guests = !answer.guests().isEmpty();
        headings.add(guests ? "VMS" : "KINDS");
        Table table = new Table(headings.toArray(String[]::new));
        for (NamedPool named : answer.pools()) {
            NodeCapacity capacity = named.pool().capacity();
            NodeCapacity left = named.pool().without(answer.spare());
            List<NodeCpu> nodes = named.pool().nodes();
            List<String> cells = new ArrayList<>(
                    List.of(named.name(), named.pool().baseline().model().name(), String.valueOf(nodes.size())));
            if (cores) {
                cells.addAll(List.of(String.valueOf(capacity.cores()), String.valueOf(left.cores())));
            }
            if (memory) {
                cells.addAll(List.of(capacity.memoryQuantity(), left.memoryQuantity()));
            }
            cells.add(String.valueOf(
                    guests ? answer.running(nodes) : named.pool().classes().size()));
            table.row(cells.toArray(String[]::new));
        }
        page.table(table);
        if (guests) {
            page.item("VMS: virtual machines that run on its nodes now, %d of %d altogether."
                    .formatted(
                            answer.pools().stream()
                                    .mapToLong(
                                            pool -> answer.running(pool.pool().nodes()))
                                    .sum(),
                            answer.guests().size()));
        }
        if (all) {
            for (NamedPool named : answer.pools()) {
                page.item(
                        "%s: %s".formatted(named.name(), named.pool().baseline().revision()));
                String required =
                        String.join(" ", named.pool().baseline().required().keySet());
                page.item("  requires %s".formatted(required.isEmpty() ? "nothing beside the model" : required));
                page.item("  nodes %s"
                        .formatted(
                                named.pool().nodes().stream().map(NodeCpu::name).collect(Collectors.joining(" "))));
            }
        }
    }

    private void holdBacks(List<HoldBack> holdBacks) {
        if (holdBacks.isEmpty()) {
            return;
        }
        page.heading("What holds a pool back");
        for (HoldBack holdBack : holdBacks) {
            page.item("Without %s its pool would reach %s.%s"
                    .formatted(
                            names(holdBack.cpuClass().nodes()),
                            holdBack.level(),
                            holdBack.tooFew()
                                    ? " By itself it would be a pool that does not survive; taken out (-b with a nodeSelector), it would take no guest of a pool."
                                    : ""));
        }
    }

    private void vendors() {
        Map<String, long[]> byVendor = new TreeMap<>();
        long whole = 0;
        for (CpuClass cpuClass : answer.judged().fleet().contributing()) {
            long weight = answer.splits().weight(cpuClass);
            whole += weight;
            long[] counts = byVendor.computeIfAbsent(cpuClass.vendor(), any -> new long[2]);
            counts[0] += cpuClass.nodes().size();
            counts[1] += weight;
        }
        if (byVendor.size() < 2) {
            return;
        }
        page.heading("Shares of the vendors");
        for (Map.Entry<String, long[]> vendor : byVendor.entrySet()) {
            page.item("%s: %d %% of the %s (%d of %d) on %d of the nodes%s"
                    .formatted(
                            vendor.getKey().isEmpty() ? "unknown vendor" : vendor.getKey(),
                            Math.round(100.0 * vendor.getValue()[1] / whole),
                            answer.unit(),
                            vendor.getValue()[1] / PoolsAnswer.UNIT,
                            whole / PoolsAnswer.UNIT,
                            vendor.getValue()[0],
                            answer.guests().isEmpty()
                                    ? ""
                                    : ", where %d virtual machines run now".formatted(running(vendor.getKey()))));
        }
    }

    private long running(String vendor) {
        return answer.running(answer.judged().fleet().contributing().stream()
                .filter(cpuClass -> cpuClass.vendor().equals(vendor))
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .toList());
    }

    private void out() {
        List<String> sentences = new ArrayList<>();
        for (CpuClass cpuClass : answer.chosen().leftOut()) {
            sentences.add("%s: %s".formatted(names(cpuClass.nodes()), answer.whyOut(cpuClass)));
        }
        for (State state : List.of(State.UNKNOWN, State.UNFIT)) {
            for (Map.Entry<Reason, List<NodeCpu>> reason :
                    answer.judged().fleet().byReason(state).entrySet()) {
                sentences.add("%s: %s".formatted(names(reason.getValue()), reason.getKey()));
            }
        }
        if (!sentences.isEmpty()) {
            page.heading("In no pool");
            sentences.forEach(page::item);
        }
    }

    private void commands() {
        page.heading("To apply: label the nodes, then the baselines by the same command with -o yaml");
        int most = answer.pools().stream()
                .mapToInt(pool -> pool.pool().nodes().size())
                .max()
                .orElse(0);
        if (most > NODES_IN_COMMAND && !all) {
            page.item("The commands name every node: --all prints them.");
            return;
        }
        answer.labelCommands().forEach(page::command);
    }

    private String names(List<NodeCpu> nodes) {
        int named = all ? nodes.size() : Math.min(NODES, nodes.size());
        return nodes.subList(0, named).stream().map(NodeCpu::name).collect(Collectors.joining(", "))
                + (nodes.size() > named ? " and %d more".formatted(nodes.size() - named) : "");
    }
}
