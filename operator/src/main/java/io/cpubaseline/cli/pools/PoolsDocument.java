package io.cpubaseline.cli.pools;

import io.cpubaseline.Reason;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.pools.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The splits for programs. */
final class PoolsDocument {

    private final PoolsAnswer answer;

    private PoolsDocument(PoolsAnswer answer) {
        this.answer = answer;
    }

    static Map<String, Object> of(PoolsAnswer answer) {
        return new PoolsDocument(answer).document();
    }

    private Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("spare", answer.spare());
        document.put("vendors", answer.judged().policy().vendors().name());
        document.put("counted", answer.unit());
        document.put("cpuClasses", answer.judged().fleet().contributing().size());
        document.put("exact", answer.splits().exact());
        document.put(
                "recommended", answer.splits().recommended().map(Split::allowed).orElse(0));
        List<Object> splits = new ArrayList<>();
        answer.splits().byPools().forEach(split -> splits.add(split(split)));
        document.put("splits", splits);
        Map<String, Object> others = new LinkedHashMap<>();
        for (State state : List.of(State.UNKNOWN, State.UNFIT)) {
            for (Map.Entry<Reason, List<NodeCpu>> reason :
                    answer.judged().fleet().byReason(state).entrySet()) {
                others.put(reason.getKey().name(), names(reason.getValue()));
            }
        }
        document.put("notContributing", others);
        HostsTold.Document evidence = answer.told().document();
        if (evidence != null) {
            document.put("evidence", evidence);
        }
        return document;
    }

    private Map<String, Object> split(Split split) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("upTo", split.allowed());
        document.put("covered", thousandths(split.score().covered()));
        document.put("levelPoints", thousandths(split.score().points()));
        if (!answer.splits().exact()) {
            document.put("coveredAtMost", thousandths(split.bound().covered()));
            document.put("levelPointsAtMost", thousandths(split.bound().points()));
        }
        List<Object> pools = new ArrayList<>();
        NamedPool.of(split.pools()).forEach(pool -> pools.add(pool(pool)));
        document.put("pools", pools);
        document.put(
                "leftOut",
                names(split.leftOut().stream()
                        .map(CpuClass::nodes)
                        .flatMap(List::stream)
                        .toList()));
        return document;
    }

    private Map<String, Object> pool(NamedPool named) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", named.name());
        document.put("vendors", List.copyOf(named.pool().vendors()));
        document.put("revision", named.pool().baseline().revision());
        document.put("abiLevel", named.pool().baseline().level().label());
        document.put("cpuModel", named.pool().baseline().model().name());
        document.put(
                "requiredFeatures",
                List.copyOf(named.pool().baseline().required().keySet()));
        document.put("nodes", names(named.pool().nodes()));
        document.put("capacity", capacity(named.pool().capacity()));
        document.put("capacityWithoutSpare", capacity(named.pool().without(answer.spare())));
        if (!answer.guests().isEmpty()) {
            document.put("virtualMachinesNow", answer.running(named.pool().nodes()));
        }
        document.put(
                "cpuClasses",
                named.pool().classes().stream().map(CpuClass::name).toList());
        return document;
    }

    private static Map<String, Object> capacity(NodeCapacity capacity) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("cores", capacity.cores());
        document.put("memory", capacity.memoryQuantity());
        return document;
    }

    private static double thousandths(long value) {
        return value / (double) PoolsAnswer.UNIT;
    }

    private static List<String> names(List<NodeCpu> nodes) {
        return nodes.stream().map(NodeCpu::name).sorted().toList();
    }
}
