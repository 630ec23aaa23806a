package io.cpubaseline.operator.machines;

import io.cpubaseline.change.Pin;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Target;
import java.util.Set;

/**
 * The virtual machines that carry a baseline, as they were at the last look at it: each next start of theirs is with what is pinned.
 *
 * @param pin what is pinned
 * @param target what that means for a virtual machine
 * @param targets the nodes where guests can land
 * @param rules what KubeVirt's resource has to do with that
 * @param paused whether the baseline is paused
 * @param names their names: a view that follows each look
 */
public record Carriers(
        Pin pin, Target target, Targets targets, SchedulingRules rules, boolean paused, Set<ObjectName> names) {}
