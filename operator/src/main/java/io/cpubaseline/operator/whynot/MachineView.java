package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.operator.cluster.VirtualMachineReader;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of a VirtualMachine decides where it can start: little, so that all of a cluster can be kept.
 *
 * @param architecture its guest's; empty for the cluster's default
 * @param model its guest's CPU model; empty for the cluster's default
 * @param shape what its guest asks of nodes beside that
 * @param requests what its pod would request
 * @param beyond what decides, too, and is not looked at, a sentence each
 */
record MachineView(String architecture, String model, GuestShape shape, Requests requests, List<String> beyond) {

    /** Makes the list immutable. */
    MachineView {
        beyond = List.copyOf(beyond);
    }

    /** @param expanded a VirtualMachine, with what its instancetype and its preference add */
    static MachineView of(JsonNode expanded) {
        VirtualMachineSnapshot machine = new VirtualMachineReader().read(expanded);
        return new MachineView(
                machine.architecture(),
                machine.model(),
                machine.shape(),
                Requests.of(expanded.at("/spec/template/spec")),
                Beyond.of(expanded.at("/spec/template/spec")));
    }

    /** What a baseline has written of a VirtualMachine as it is stored. */
    static OfBaseline ofBaseline(JsonNode stored) {
        VirtualMachineSnapshot machine = new VirtualMachineReader().read(stored);
        Optional<String> manager =
                machine.managers().filter(Target::isBaselineManager).findFirst();
        return manager.map(baseline -> new OfBaseline(
                        Target.baselineOf(baseline),
                        machine.modelManagers().contains(baseline),
                        machine.featureManagers().contains(baseline),
                        vendors(machine, baseline)))
                .orElseGet(OfBaseline::nothing);
    }

    private static Set<String> vendors(VirtualMachineSnapshot machine, String manager) {
        return machine.marks().vendors().entrySet().stream()
                .filter(vendor -> vendor.getValue().managers().contains(manager))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
