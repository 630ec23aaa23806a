package io.cpubaseline.cli.pools;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.pools.Pool;
import io.cpubaseline.pools.Split;
import io.cpubaseline.pools.Splits;
import io.cpubaseline.pools.Weighing;
import io.cpubaseline.scheduling.RunningGuest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code pools} has to tell.
 *
 * @param planner the rules
 * @param judged the nodes, and the policy
 * @param spare how many nodes each pool may lose
 * @param splits the splits
 * @param chosen the split that is told in detail
 * @param pools its pools
 * @param recommended whether that is the recommended one
 * @param guests virtual machines that run
 * @param told what is to be told of hosts that described themselves
 */
record PoolsAnswer(
        Planner planner,
        FilePlanner.Judged judged,
        int spare,
        Splits splits,
        Split chosen,
        List<NamedPool> pools,
        boolean recommended,
        List<RunningGuest> guests,
        HostsTold told) {

    /** In thousandths, of one core or one node. */
    static final long UNIT = 1000;

    /** {@code cores} or {@code nodes}, whatever counts. */
    String unit() {
        return splits.weighing() == Weighing.Cores ? "cores" : "nodes";
    }

    /** What counts of a pool's nodes when it has lost the spare ones. */
    long left(Pool pool) {
        return splits.weighing() == Weighing.Cores
                ? pool.without(spare).cores()
                : Math.max(0, pool.nodes().size() - spare);
    }

    /** The splits that differ from the one before, and the recommended one in any case. */
    List<Split> different() {
        List<Split> different = new ArrayList<>();
        for (Split split : splits.byPools()) {
            if (different.isEmpty()
                    || split.allowed() == chosen.allowed()
                    || split.score()
                                    .compareTo(
                                            different.get(different.size() - 1).score())
                            > 0) {
                different.add(split);
            }
        }
        return different;
    }

    /** What counts of the pools of that level, of a split; in whole units. */
    static long atLevel(Split split, AbiLevel level) {
        return split.pools().stream()
                        .filter(pool -> pool.baseline().level() == level)
                        .mapToLong(pool -> pool.score().covered())
                        .sum()
                / UNIT;
    }

    /** Why a class is in no pool, in words. */
    String whyOut(CpuClass cpuClass) {
        Answer alone = planner.answer(planner.ground(cpuClass), judged.policy());
        if (alone instanceof NoBaseline none) {
            return "%s, even alone".formatted(none.reason());
        }
        boolean single = judged.policy().vendors() == Policy.Vendors.Single;
        int nodes = judged.fleet().contributing().stream()
                .filter(other -> !single || other.vendor().equals(cpuClass.vendor()))
                .mapToInt(other -> other.nodes().size())
                .sum();
        return nodes <= spare
                ? "too few nodes of their vendor for a pool that survives the loss of %d".formatted(spare)
                : "none of so few pools has a place for them";
    }

    /** Nodes that have the label of a pool and are in none. */
    List<String> labelledAndOut() {
        Set<String> in = pools.stream()
                .flatMap(pool -> pool.pool().nodes().stream())
                .map(NodeCpu::name)
                .collect(Collectors.toUnmodifiableSet());
        return Stream.concat(
                        chosen.leftOut().stream().map(CpuClass::nodes),
                        Stream.of(State.UNKNOWN, State.UNFIT)
                                .flatMap(state -> judged.fleet().byReason(state).values().stream()))
                .flatMap(List::stream)
                .filter(node -> node.labels().containsKey(NamedPool.LABEL))
                .map(NodeCpu::name)
                .filter(name -> !in.contains(name))
                .sorted()
                .toList();
    }

    /** How many virtual machines run on these nodes now. */
    long running(Collection<NodeCpu> nodes) {
        Set<String> names = nodes.stream().map(NodeCpu::name).collect(Collectors.toUnmodifiableSet());
        return guests.stream().filter(guest -> names.contains(guest.node())).count();
    }

    /** All commands that label nodes, each in lines. */
    List<List<String>> labelCommands() {
        List<List<String>> commands =
                new ArrayList<>(pools.stream().map(NamedPool::label).toList());
        List<String> out = labelledAndOut();
        if (!out.isEmpty()) {
            commands.add(NamedPool.command(out, NamedPool.LABEL + "-"));
        }
        return commands;
    }
}
