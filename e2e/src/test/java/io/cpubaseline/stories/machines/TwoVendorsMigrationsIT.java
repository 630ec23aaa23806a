package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.lab.use.Migrations.UnderWay;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cluster with Intel and AMD servers on its way from no baseline to one per vendor. The AMD servers label Intel's model and all that is required
 * beside it, too: nothing but the vendor keeps Intel's machines off them.
 */
class TwoVendorsMigrationsIT {
    private static final Map<String, Set<String>> SERVERS =
            Map.of("intel", Set.of("intel-1", "intel-2", "intel-3"), "amd", Set.of("amd-1", "amd-2", "amd-3"));

    /** More of Intel's than its servers would get, if the scheduler might choose: it would put some onto AMD's, which are emptier. */
    private static final Map<String, Integer> MACHINES = Map.of("intel", 32, "amd", 8);

    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void everyMachineIsRestartedOntoItsVendorAndMigratesThere() {
        // Given machines that started wherever the scheduler liked, long before there was a baseline
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "intel-1", "intel-2", "intel-3"));
        stage.lab().apply(Servers.of("epyc-9334-32-core", "amd-1", "amd-2", "amd-3"));
        Map<String, String> machines = new TreeMap<>();
        for (String vendor : SERVERS.keySet()) {
            IntStream.range(0, machinesOf(vendor)).forEach(i -> machines.put("%s-vm-%d".formatted(vendor, i), vendor));
        }
        machines.forEach((name, vendor) -> stage.machines()
                .create(Machines.running(name, vendor, "model: host-model")
                        .replace(", model: host-model", "")
                        .replace("4Gi", "256Mi")));
        Migrations migrations = stage.migrations();
        machines.keySet().forEach(migrations::awaitRunning);
        Map<String, Integer> elsewhere = new TreeMap<>();
        machines.forEach((name, vendor) ->
                elsewhere.merge(vendor, serversOf(vendor).contains(migrations.nodeOf(name)) ? 0 : 1, Integer::sum));

        // When somebody looks
        stage.operator();
        for (Map.Entry<String, String> vendor :
                Map.of("intel", "Intel", "amd", "AMD").entrySet()) {
            stage.apply(
                    Stage.patchingVendor(vendor.getKey(), vendor.getValue()).replace("mode: Patch", "mode: Observe"));
        }

        // Then who will change its vendor is counted before anything is written
        elsewhere.forEach((vendor, count) -> stage.await(vendor, seen -> {
            assertThat(seen.virtualMachines().selected()).isEqualTo(machinesOf(vendor));
            assertThat(seen.machinesWith("ChangesVendor")).isEqualTo(count);
        }));

        // When they are written and restarted
        for (String vendor : SERVERS.keySet()) {
            stage.edit(vendor, "{\"virtualMachines\": {\"mode\": \"Patch\"}}");
            stage.awaitApplied(vendor, machinesOf(vendor));
        }
        stage.machines().restartAll(machines.keySet());

        // Then each is on its vendor, with its baseline
        assertThat(strangers(machines)).isEmpty();
        for (String vendor : SERVERS.keySet()) {
            Seen seen = stage.await(vendor, "VirtualMachinesAligned", "True Aligned");
            assertThat(seen.virtualMachines().pendingRestart()).isZero();
            assertThat(seen.machinesWith("ChangesVendor")).isZero();
        }

        // When each migrates to where the scheduler likes
        List<UnderWay> underWay = new ArrayList<>();
        machines.keySet().forEach(name -> underWay.add(migrations.begin(name)));
        Stream<Outcome> outcomes = underWay.stream().map(migrations::await);

        // Then each had somewhere to go, and is still on its vendor
        assertThat(outcomes)
                .allSatisfy(outcome ->
                        assertThat(outcome.result()).as(outcome.explanation()).isEqualTo(Result.SUCCEEDED));
        assertThat(strangers(machines)).isEmpty();

        // When a server is emptied
        stage.kubectl("cordon", "intel-1");
        List<String> there = machines.keySet().stream()
                .filter(name -> migrations.nodeOf(name).equals("intel-1"))
                .toList();
        there.forEach(name -> assertThat(migrations.migrate(name).result()).isEqualTo(Result.SUCCEEDED));

        // Then its machines are on the other two
        eventually(() -> assertThat(machines.keySet())
                .noneMatch(name -> migrations.nodeOf(name).equals("intel-1")));
        assertThat(strangers(machines)).isEmpty();
    }

    @Test
    void withoutALabelOnAnyEachStaysOnTheVendorItRunsOn() {
        // Given machines of which nobody has said whose they are, two of them stopped
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "intel-1", "intel-2"));
        stage.lab().apply(Servers.of("epyc-9334-32-core", "amd-1", "amd-2"));
        List<String> names = IntStream.range(0, 8).mapToObj(i -> "vm-" + i).toList();
        names.forEach(name -> stage.machines()
                .create(Machines.running(name, "nobody", "model: host-model")
                        .replace(", model: host-model", "")
                        .replace("4Gi", "256Mi")));
        List<String> stopped = List.of("stopped-1", "stopped-2");
        stopped.forEach(name -> stage.machines().create(name, "nobody"));
        Migrations migrations = stage.migrations();
        names.forEach(migrations::awaitRunning);
        Map<String, String> vendors = new TreeMap<>();
        names.forEach(
                name -> vendors.put(name, serversOf("intel").contains(migrations.nodeOf(name)) ? "intel" : "amd"));

        // When there are two baselines over all of them
        stage.operator();
        for (Map.Entry<String, String> vendor :
                Map.of("intel", "Intel", "amd", "AMD").entrySet()) {
            stage.apply(Stage.patchingVendor(vendor.getKey(), vendor.getValue())
                    .replaceAll("selector: \\{matchLabels: \\{cpu-baseline: .*", "selector: {}"));
        }

        // Then each belongs to the one of the vendor on which it runs, and the stopped ones to one of the two
        for (String vendor : SERVERS.keySet()) {
            stage.await(vendor, seen -> {
                assertThat(seen.virtualMachines().selected()).isEqualTo(10);
                assertThat(seen.virtualMachines().applied() + seen.machinesWith("ClaimedByOther"))
                        .isEqualTo(10);
                assertThat(seen.machinesWith("ChangesVendor")).isZero();
            });
        }
        vendors.forEach((name, vendor) ->
                assertThat(stage.machines().labels(name)).containsEntry("cpubaseline.io/baseline", vendor));
        stopped.forEach(name -> assertThat(stage.machines().labels(name)).containsKey("cpubaseline.io/baseline"));

        // When they are started anew, then they are where they were
        stage.machines().restartAll(names);
        assertThat(strangers(vendors)).isEmpty();
        for (String vendor : SERVERS.keySet()) {
            assertThat(stage.await(vendor, "VirtualMachinesAligned", "True Aligned")
                            .virtualMachines()
                            .pendingRestart())
                    .isZero();
        }
    }

    private static Set<String> serversOf(String vendor) {
        return Objects.requireNonNull(SERVERS.get(vendor));
    }

    private static int machinesOf(String vendor) {
        return Objects.requireNonNull(MACHINES.get(vendor));
    }

    /** Those that run on the other vendor's servers, with where. */
    private static List<String> strangers(Map<String, String> machines) {
        return machines.entrySet().stream()
                .map(machine -> Map.entry(machine, stage.migrations().nodeOf(machine.getKey())))
                .filter(machine -> !serversOf(machine.getKey().getValue()).contains(machine.getValue()))
                .map(machine -> machine.getKey().getKey() + " on " + machine.getValue())
                .toList();
    }
}
