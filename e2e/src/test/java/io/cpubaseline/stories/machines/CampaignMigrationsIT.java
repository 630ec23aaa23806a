package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Campaign.blocked;
import static io.cpubaseline.stories.stage.Campaign.message;
import static io.cpubaseline.stories.stage.Campaign.verdict;
import static io.cpubaseline.stories.stage.Stage.eventually;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.lab.objects.AuditEvent;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.programs.Component;
import io.cpubaseline.lab.use.GuestReboots;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Availability;
import io.cpubaseline.stories.stage.Campaign;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Virtual machines that wait for the baseline are restarted by a campaign, with KubeVirt's own subresource, webhooks and controllers. */
class CampaignMigrationsIT {

    /** As many as one has the patience for: -Dcampaign.machines=200 -Dcampaign.percent=10 -Dcampaign.minutes=20. */
    private static final int MACHINES = Integer.getInteger("campaign.machines", 20);

    private static final int PERCENT = Integer.getInteger("campaign.percent", 20);
    private static final int AT_A_TIME = (MACHINES * PERCENT + 99) / 100;

    private static final List<String> NAMESPACES = List.of("blog", "shop", "wiki");

    @RegisterExtension
    static final Stage stage = Stage.full(Map.of("virtualMachines.write", "true", "restartCampaigns.enabled", "true"));

    @BeforeEach
    void servers() {
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "intel-1", "intel-2", "intel-3"));
        NAMESPACES.forEach(namespace -> stage.apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: %s}
                """.formatted(namespace)));
    }

    /** Many guests take a while to end; the lab's reset takes what comes back for a mistake. */
    @AfterEach
    void end() {
        stage.kubectl("delete", "crcamp", "--all");
        stage.kubectl("delete", "vm", "--all", "-A", "--wait=true", "--timeout=120s");
    }

    private static Operator operator(String... more) {
        return stage.operator(
                Stream.concat(Stream.of("--restart-virtual-machines=true", "--restart-interval=1s"), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static Campaign campaign() {
        return new Campaign(stage.lab().client(), "monthly");
    }

    private static void begin(String spec) {
        stage.apply(Campaign.manifest("monthly", "web", spec));
    }

    /** Guests that run as host-model, and whose virtual machines get the baseline after that. */
    private static void pendingRestart(String namespace, String... names) {
        for (String name : names) {
            stage.apply(Machines.manifest(name, "web")
                    .replace("Halted", "Always")
                    .replace("namespace: default", "namespace: " + namespace)
                    .replace("4Gi", "64Mi")
                    .replace("cores: 2", "cores: 1"));
        }
    }

    private static void awaitPending(int machines) {
        stage.apply(Stage.patching("web", "vendors: Single"));
        stage.await("web", now -> {
            assertThat(now.virtualMachines().applied()).isEqualTo(machines);
            assertThat(now.virtualMachines().pendingRestart()).isEqualTo(machines);
        });
    }

    private static List<AuditEvent> restarts(AuditLog.Mark mark) {
        stage.writesSince(mark);
        return stage.lab().auditLog().since(mark).stream()
                .filter(event -> event.isOn("virtualmachines")
                        && event.subresource().equals("restart")
                        && event.verb().equals("update")
                        && event.responseCode() < 300)
                .toList();
    }

    private static Set<String> named(List<AuditEvent> restarts) {
        return restarts.stream()
                .map(event -> event.namespace() + "/" + event.name())
                .collect(toSet());
    }

    @Test
    void restartsAllWithinItsBudgetAndWindowACanaryFirstWhateverHappensToItsOperator() {
        // Given guests in three namespaces, whose owners allow a restart
        Operator operator = operator();
        NAMESPACES.forEach(
                namespace -> stage.kubectl("annotate", "namespace", namespace, "cpubaseline.io/restart=allowed"));
        IntStream.range(0, MACHINES)
                .forEach(i -> pendingRestart(NAMESPACES.get(i % NAMESPACES.size()), "vm-%03d".formatted(i)));
        stage.kubectl("annotate", "vm", "-n", "wiki", "vm-002", "cpubaseline.io/restart=first");
        stage.kubectl("annotate", "vm", "-n", "shop", "vm-001", "cpubaseline.io/restart=denied");
        awaitPending(MACHINES);
        AuditLog.Mark before = stage.mark();

        try (Availability availability = new Availability(stage.lab().client())) {
            eventually(() -> assertThat(availability.known()).isEqualTo(MACHINES));

            // When a campaign begins, which may restart a part at a time, in the first 45 seconds of a minute
            begin("""
                    budgets:
                      - {maxUnavailable: %d%%, schedule: '* * * * *', duration: 45s, timeZone: Europe/Berlin}
                    steps:
                      - {count: 1, pause: {duration: 3s}}
                    """.formatted(PERCENT));

            // Then one is restarted alone, and the others wait for the end of a pause
            ClusterRestartCampaignStatus paused = campaign().await("Reconciling", "True StepPaused");
            assertThat(paused.restarted()).isOne();
            assertThat(named(restarts(before))).containsExactly("wiki/vm-002");

            // When the operator and virt-controller are killed in the middle
            campaign().await(status -> assertThat(status.restarted()).isGreaterThan(MACHINES / 4));
            operator.kill();
            stage.lab().kill(Component.VIRT_CONTROLLER);
            stage.lab().start(Component.VIRT_CONTROLLER);
            operator();

            // Then all have it in the end but the one whose owner denies it
            ClusterRestartCampaignStatus done =
                    campaign().await(status -> assertThat(status.due()).isEqualTo(1));
            assertThat(verdict(done, "Reconciling")).isEqualTo("True WaitingForConsent");
            assertThat(done.restarted()).isEqualTo(MACHINES - 1);
            assertThat(done.waitingForConsent()).isOne();
            assertThat(done.failed()).isZero();
            stage.await(
                    "web",
                    now -> assertThat(now.virtualMachines().pendingRestart()).isOne());
            // Never more than that were away, and nobody twice
            assertThat(availability.mostUnavailable()).isBetween(1, AT_A_TIME);
            keep(restarts(before), availability.mostUnavailable());
        }
        // Of a request whose sender was killed the API server notes 503, though KubeVirt has done it.
        List<AuditEvent> restarts = restarts(before);
        assertThat(restarts).hasSizeBetween(MACHINES - 2, MACHINES - 1);
        assertThat(named(restarts)).hasSameSizeAs(restarts).doesNotContain("shop/vm-001");
        assertThat(restarts)
                .allSatisfy(event ->
                        assertThat(secondOf(event)).as(event.toString()).isLessThan(52));
        // Namespaces take turns
        assertThat(restarts.subList(0, MACHINES / 3).stream()
                        .collect(groupingBy(AuditEvent::namespace))
                        .keySet())
                .containsExactlyInAnyOrderElementsOf(NAMESPACES);
        assertThat(stage.events("VirtualMachine", "vm-000"))
                .anyMatch(event -> event.startsWith("Restarting: The campaign monthly"));

        // When that owner allows it, too
        stage.kubectl("annotate", "vm", "-n", "shop", "vm-001", "--overwrite", "cpubaseline.io/restart=allowed");

        // Then the campaign is complete
        ClusterRestartCampaignStatus complete = campaign().await("Complete", "True AllRestarted");
        assertThat(verdict(complete, "Ready")).isEqualTo("True AllRestarted");
        assertThat(complete.due()).isZero();
        assertThat(complete.attempts()).isEmpty();
    }

    /** Who was restarted when, for people who want to see it. */
    private static void keep(List<AuditEvent> restarts, int mostUnavailable) {
        List<String> lines = new ArrayList<>();
        lines.add("# %d VirtualMachines, at most %d of them unavailable at a time; seen: %d"
                .formatted(MACHINES, AT_A_TIME, mostUnavailable));
        restarts.forEach(event -> lines.add("%s %s/%s".formatted(event.receivedAt(), event.namespace(), event.name())));
        try {
            Files.write(Path.of("target", "restarts-of-%d.txt".formatted(MACHINES)), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int secondOf(AuditEvent event) {
        return (int) (Instant.parse(event.receivedAt()).getEpochSecond() % 60);
    }

    @Test
    void anApiServerThatGoesInTheMiddleOfAWaveCostsNobodyASecondRestart() {
        // Given
        operator();
        String[] names = IntStream.range(0, 9).mapToObj(i -> "vm-" + i).toArray(String[]::new);
        pendingRestart("shop", names);
        stage.kubectl("annotate", "namespace", "shop", "cpubaseline.io/restart=allowed");
        awaitPending(names.length);
        AuditLog.Mark before = stage.mark();

        // When it goes as soon as a wave has begun, and once more in the next
        begin("budgets: [{maxUnavailable: 3}]");
        campaign().await(status -> assertThat(status.restarting()).isPositive());
        stage.lab().restartApiServer();
        survived(status -> assertThat(status.restarted()).isGreaterThanOrEqualTo(3));
        stage.lab().restartApiServer();

        // Then
        ClusterRestartCampaignStatus done =
                survived(status -> assertThat(verdict(status, "Complete")).isEqualTo("True AllRestarted"));
        assertThat(done.restarted()).isEqualTo(names.length);
        assertThat(done.failed()).isZero();
        assertThat(restarts(before)).extracting(AuditEvent::name).containsExactlyInAnyOrder(names);
        // KubeVirt 1.8.4's virt-controller may have missed a deletion meanwhile, and would end at the next one.
        stage.lab().kill(Component.VIRT_CONTROLLER);
        stage.lab().start(Component.VIRT_CONTROLLER);
    }

    /** Waits, where KubeVirt's programs may end for want of an API server and are started again, as kubelets do. */
    private static ClusterRestartCampaignStatus survived(Consumer<ClusterRestartCampaignStatus> assertion) {
        return campaign().await(status -> {
            stage.lab().restartEnded();
            assertion.accept(status);
        });
    }

    @Test
    void oneThatFindsNoNodeAnyMoreStopsItAndTheMissingLabelIsNamed() {
        // Given
        operator();
        pendingRestart("shop", "a", "b", "c");
        stage.kubectl("annotate", "namespace", "shop", "cpubaseline.io/restart=allowed");
        awaitPending(3);
        String label =
                "cpu-model.node.kubevirt.io/" + stage.baseline("web").pinned().cpuModel();
        AuditLog.Mark before = stage.mark();

        // When all nodes lose the model's label after the first restart was asked for
        stage.lab().kill(Component.VIRT_CONTROLLER);
        begin("budgets: [{maxUnavailable: 100%}]");
        campaign().await(status -> assertThat(status.restarting()).isOne());
        eventually(() -> assertThat(restarts(before)).hasSize(1));
        stage.kubectl("label", "nodes", "--all", label + "-");
        stage.lab().start(Component.VIRT_CONTROLLER);

        // Then the campaign stops there
        ClusterRestartCampaignStatus stopped = campaign().await("Stalled", "True RestartFailed");
        assertThat(message(stopped, "Stalled"))
                .contains("shop/a: it can't be scheduled: no node has " + label)
                .contains("3 of 3 running virtual machines");
        assertThat(stopped.failed()).isOne();
        assertThat(blocked(stopped)).isEqualTo(Map.of("NowhereSchedulable", 2));
        assertThat(restarts(before)).hasSize(1);

        // When the label is back
        stage.kubectl("label", "nodes", "--all", label + "=true");

        // Then it goes on by itself
        campaign().await("Complete", "True AllRestarted");
        assertThat(named(restarts(before))).containsExactlyInAnyOrder("shop/a", "shop/b", "shop/c");
    }

    @Test
    void guestsAreAskedToRebootWhereThatIsANewStart() {
        // Given two guests whose reboot ends their instance, and one that would keep its CPU over a reboot
        operator();
        pendingRestart("shop", "c");
        for (String name : List.of("a", "b")) {
            stage.apply(Machines.manifest(name, "web")
                    .replace("Halted", "Always")
                    .replace("namespace: default", "namespace: shop")
                    .replace("memory: {guest: 4Gi}", "memory: {guest: 64Mi}\n        rebootPolicy: Terminate"));
        }
        awaitPending(3);
        AuditLog.Mark before = stage.mark();

        try (GuestReboots reboots = new GuestReboots(stage.lab())) {
            // When
            begin("""
                    consent: Assumed
                    budgets: [{maxUnavailable: 1}]
                    """);

            // Then each is restarted in the way that disturbs it least, once
            ClusterRestartCampaignStatus done = campaign().await("Complete", "True AllRestarted");
            assertThat(done.restarted()).isEqualTo(3);
            assertThat(reboots.asked()).containsExactlyInAnyOrder("shop/a", "shop/b");
        }
        assertThat(named(restarts(before))).containsExactly("shop/c");
        assertThat(stage.events("VirtualMachine", "a")).anyMatch(event -> event.contains("GuestReboot"));
    }

    @Test
    void aGuestThatNeverBecomesReadyStopsItUntilItsOwnerStopsThat() {
        // Given one that will answer no probe after its next start
        operator();
        pendingRestart("shop", "a", "b", "c");
        stage.kubectl(
                "patch",
                "vm",
                "-n",
                "shop",
                "a",
                "--type=merge",
                "-p",
                "{\"spec\": {\"template\": {\"metadata\": {\"annotations\": {\"lab.cpubaseline.io/counter\": \"stopped\"}}}}}");
        awaitPending(3);
        AuditLog.Mark before = stage.mark();

        // When
        begin("""
                consent: Assumed
                budgets: [{maxUnavailable: 1}]
                progressDeadlineSeconds: 10
                """);

        // Then the campaign stops at its deadline
        ClusterRestartCampaignStatus stopped = campaign().await("Stalled", "True RestartFailed");
        assertThat(message(stopped, "Stalled")).contains("shop/a");
        assertThat(stopped.failed()).isOne();
        assertThat(named(restarts(before))).containsExactly("shop/a");

        // When its owner stops it, Then the others' turn comes. A start that KubeVirt still owes it would undo that.
        eventually(() -> assertThat(stage.kubectl(
                        "get",
                        "vm",
                        "-n",
                        "shop",
                        "a",
                        "-o",
                        "jsonpath={.status.created} {.status.stateChangeRequests}"))
                .isEqualTo("true "));
        stage.kubectl(
                "patch", "vm", "-n", "shop", "a", "--type=merge", "-p", "{\"spec\": {\"runStrategy\": \"Halted\"}}");
        ClusterRestartCampaignStatus done = campaign().await("Complete", "True AllRestarted");
        assertThat(done.failed()).isZero();
        assertThat(named(restarts(before))).containsExactlyInAnyOrder("shop/a", "shop/b", "shop/c");
    }

    @Test
    void waitsWhileAnAlertFiresOrNobodyKnowsWhetherItDoes() throws IOException {
        // Given a Prometheus that knows of trouble
        AtomicReference<String> state = new AtomicReference<>("firing");
        AtomicInteger code = new AtomicInteger(200);
        HttpServer prometheus = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        prometheus.createContext("/api/v1/alerts", exchange -> {
            byte[] answer = """
                    {"status": "success", "data": {"alerts": [
                      {"labels": {"alertname": "Watchdog"}, "annotations": {}, "state": "firing", "value": "1e+00"},
                      {"labels": {"alertname": "CephHealthError"}, "annotations": {}, "state": "%s", "value": "1e+00"}]}}
                    """.formatted(state.get()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code.get(), answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        prometheus.start();
        try {
            operator("--prometheus-url=http://127.0.0.1:"
                    + prometheus.getAddress().getPort());
            pendingRestart("shop", "a");
            awaitPending(1);
            AuditLog.Mark before = stage.mark();

            // When
            begin("""
                    consent: Assumed
                    blockers: {alerts: [CephHealthError]}
                    """);

            // Then
            ClusterRestartCampaignStatus firing = campaign().await("Reconciling", "True AlertFiring");
            assertThat(message(firing, "Reconciling"))
                    .contains("CephHealthError")
                    .doesNotContain("Watchdog");

            // When Prometheus doesn't know either
            code.set(503);

            // Then not to know is to wait
            campaign().await("Reconciling", "True AlertsUnknown");
            assertThat(restarts(before)).isEmpty();

            // When it is back, and the trouble over
            state.set("pending");
            code.set(200);

            // Then
            campaign().await("Complete", "True AllRestarted");
        } finally {
            prometheus.stop(0);
        }
    }

    @Test
    void saysWhyItRestartsNobody() {
        // Given an operator that may not restart
        stage.operator("--restart-interval=1s");
        pendingRestart("shop", "a", "b");
        awaitPending(2);
        AuditLog.Mark before = stage.mark();
        begin("consent: Assumed");

        // Then it counts, and says so
        ClusterRestartCampaignStatus not = campaign().await("Stalled", "True RestartsNotAllowed");
        assertThat(message(not, "Stalled")).contains("restartCampaigns.enabled").contains("2 of 2 running");
        assertThat(not.due()).isEqualTo(2);
        assertThat(not.attempts()).isEmpty();
        assertThat(restarts(before)).isEmpty();
    }

    @Test
    void followsThePinAndLeavesAloneWhatHasNoConsentOrIsHandled() {
        // Given
        operator();
        begin("consent: Required");
        campaign().await("Reconciling", "True BaselineNotFound");
        pendingRestart("shop", "a", "b");
        awaitPending(2);

        // Then nobody has consented
        ClusterRestartCampaignStatus silent = campaign().await("Reconciling", "True WaitingForConsent");
        assertThat(silent.waitingForConsent()).isEqualTo(2);
        AuditLog.Mark before = stage.mark();

        // When consent comes, and is denied while the campaign is paused
        stage.kubectl("patch", "crcamp", "monthly", "--type=merge", "-p", "{\"spec\": {\"paused\": true}}");
        campaign().await(status -> assertThat(verdict(status, "Ready")).isEqualTo("False Paused"));
        stage.kubectl("annotate", "namespace", "shop", "cpubaseline.io/restart=allowed");
        stage.kubectl("annotate", "vm", "-n", "shop", "b", "cpubaseline.io/restart=denied");
        stage.kubectl("patch", "crcamp", "monthly", "--type=merge", "-p", "{\"spec\": {\"paused\": false}}");

        // Then one is restarted
        campaign().await(status -> {
            assertThat(status.restarted()).isOne();
            assertThat(status.waitingForConsent()).isOne();
        });
        assertThat(named(restarts(before))).containsExactly("shop/a");

        // When the pin moves, Then it is due again, and the numbers begin anew
        stage.edit("web", "{\"features\": {\"exclude\": [\"aes\", \"pclmulqdq\"]}}");
        String next = stage.await("web", now -> assertThat(now.hasCandidate()).isTrue())
                .candidate()
                .revision();
        stage.approve("web", next);
        ClusterRestartCampaignStatus moved = campaign().await(status -> {
            assertThat(status.revision()).isEqualTo(next);
            assertThat(status.restarted()).isOne();
            assertThat(status.due()).isOne();
        });
        assertThat(moved.failed()).isZero();
        assertThat(restarts(before)).extracting(AuditEvent::name).containsExactly("a", "a");
        assertThat(Stream.of("a")
                        .map(name -> stage.kubectl(
                                "get", "vmi", "-n", "shop", name, "-o", "jsonpath={.spec.domain.cpu.model}")))
                .containsExactly(stage.baseline("web").pinned().cpuModel());
    }
}
