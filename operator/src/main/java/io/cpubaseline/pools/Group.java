package io.cpubaseline.pools;

import io.cpubaseline.baseline.CommonGround;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import java.util.stream.Stream;

/**
 * Classes that stay together.
 *
 * @param classes which
 * @param ground what they have in common
 * @param weight what they count
 * @param nodes how many nodes they have
 */
record Group(List<CpuClass> classes, CommonGround ground, long weight, int nodes) {

    Group and(Group other) {
        return new Group(
                Stream.concat(classes.stream(), other.classes.stream()).toList(),
                ground.and(other.ground),
                weight + other.weight,
                nodes + other.nodes);
    }

    String vendor() {
        return classes.get(0).vendor();
    }
}
