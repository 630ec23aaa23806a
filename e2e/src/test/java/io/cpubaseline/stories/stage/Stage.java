package io.cpubaseline.stories.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.SharedLab;
import io.cpubaseline.lab.objects.AuditEvent;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Operator;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Where a story plays: an empty cluster with the chart in it, and the operator as soon as the story wants it. All that a story sees is what
 * users see: objects, events, metrics, and the API server's audit log.
 */
public final class Stage
        implements BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                TestExecutionExceptionHandler {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Waiting times for which a test need not wait. */
    private static final Map<String, String> QUICK = Map.of(
            "--write-virtual-machines", "true",
            "--evidence-grace", "1s",
            "--count-write-interval", "1s",
            "--retry-initial", "100ms",
            "--retry-max", "2s",
            "--refusal-retry", "2s",
            "--probe-interval", "300ms",
            "--reapply-delay", "300ms",
            "--conflict-delay", "1s",
            "--proof-time", "5s");

    private static final Optional<Map<String, String>> WRITING = Optional.of(Map.of("virtualMachines.write", "true"));

    private final LabOptions kind;
    private final boolean ownLab;
    private final Optional<Map<String, String>> chart;
    private final List<Operator> operators = new ArrayList<>();
    private int edits;
    private boolean used;
    private final List<Watch> watches = new ArrayList<>();
    private @Nullable Lab lab;
    private @Nullable Path account;

    private Stage(LabOptions kind, boolean ownLab, Optional<Map<String, String>> chart) {
        this.kind = kind;
        this.ownLab = ownLab;
        this.chart = chart;
    }

    /** In the lab of all stories; the chart lets the operator write virtual machines. */
    public static Stage shared() {
        return new Stage(LabOptions.apiServer(), false, WRITING);
    }

    /** The same with other values of the chart. */
    public static Stage sharedWith(Map<String, String> values) {
        return new Stage(LabOptions.apiServer(), false, Optional.of(values));
    }

    /** In a lab of its own, for stories that take it apart. */
    public static Stage ofItsOwn() {
        return new Stage(LabOptions.apiServer(), true, WRITING);
    }

    /** In the lab of all stories about migrations: VMs run and migrate there. */
    public static Stage full() {
        return new Stage(LabOptions.full(), false, WRITING);
    }

    /** The same with other values of the chart. */
    public static Stage full(Map<String, String> values) {
        return new Stage(LabOptions.full(), false, Optional.of(values));
    }

    /** The same in a lab of its own, for stories that end its programs. */
    public static Stage fullOfItsOwn() {
        return new Stage(LabOptions.full(), true, WRITING);
    }

    /** The same without the chart: for stories that install it themselves. */
    public static Stage fullWithoutChart() {
        return new Stage(LabOptions.full(), true, Optional.empty());
    }

    /** In the lab of all stories; the chart as it is by default, without permission to write virtual machines. */
    public static Stage readOnly() {
        return new Stage(LabOptions.apiServer(), false, Optional.of(Map.of()));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        lab = ownLab ? Lab.start(kind) : null;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!ownLab) {
            lab = SharedLab.get(kind);
        } else if (used) {
            // Not for the first story: what has just started has nothing to clear.
            lab().reset();
        }
        used = true;
        account = chart.map(values -> Chart.install(lab(), values)).orElse(null);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        operators.forEach(operator -> {
            if (operator.isRunning()) {
                operator.kill();
            }
        });
        operators.clear();
        watches.forEach(Watch::close);
        watches.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (ownLab) {
            lab().close();
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        operators.forEach(operator -> failure.addSuppressed(new AssertionError(operator.lastLines())));
        throw failure;
    }

    public Lab lab() {
        return Objects.requireNonNull(lab);
    }

    /**
     * Starts the operator with the chart's account and short waiting times; returns when it is ready.
     *
     * @param options others than those, as {@code --name=value}
     */
    public Operator operator(String... options) {
        return operatorIn("operator-0", options);
    }

    /** The same in a pod of that name. */
    public Operator operatorIn(String pod, String... options) {
        return ready(Operator.startAs(pod, lab(), account(), quick(options)));
    }

    /** The same with a relay between it and the API server. */
    public Operator operatorBehind(Relay relay, String pod, String... options) {
        Operator operator = startBehind(relay, pod, options);
        operator.awaitReady();
        return operator;
    }

    /** The same without waiting until it is ready. */
    public Operator startBehind(Relay relay, String pod, String... options) {
        Path kubeconfig = lab().directory().resolve("kubeconfig-behind-relay-" + pod);
        Directories.write(kubeconfig, Directories.text(account()).replace(lab().url(), relay.url()));
        Operator operator = Operator.startAs(pod, lab(), kubeconfig, quick(options));
        operators.add(operator);
        return operator;
    }

    /** The same with an environment, such as one that says how to reach the API server in place of a kubeconfig. */
    public Operator operatorWith(Map<String, String> environment, String... options) {
        return ready(Operator.startAs("operator-0", lab(), environment, quick(options)));
    }

    /** The same of another installation: by its account, and with its Lease in the namespace of that name. */
    public Operator operatorBeside(String installation, Path itsAccount) {
        return ready(
                Operator.startAs(installation + "-0", lab(), itsAccount, quick("--lease-namespace=" + installation)));
    }

    /** The same of another build, see {@link Operator#startBuild}. */
    public Operator operatorOf(Path build) {
        return ready(Operator.startBuild(build, "other-build", lab(), Map.of(), quick("--kubeconfig=" + account())));
    }

    private static String[] quick(String... options) {
        Map<String, String> all = new TreeMap<>(QUICK);
        for (String option : options) {
            all.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
        }
        return all.entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .toArray(String[]::new);
    }

    /** The kubeconfig file of the chart's service account. */
    public Path account() {
        return Objects.requireNonNull(account);
    }

    /**
     * Starts the operator as the chart's running pod says: in its name, with its arguments and as its account. The pod itself is played by kwok
     * and has no process. What a pod has to itself, its port and its namespace, is the lab's.
     */
    public Operator operatorOf(Pod pod) {
        return ready(Operator.startAs(
                pod.getMetadata().getName(),
                lab(),
                account == null ? lab().kubeconfigFor(Chart.NAMESPACE, Chart.RELEASE) : account,
                pod.getSpec().getContainers().get(0).getArgs().stream()
                        .filter(argument -> !argument.equals("run")
                                && !argument.startsWith("--listen-port=")
                                && !argument.startsWith("--lease-namespace="))
                        .toArray(String[]::new)));
    }

    private Operator ready(Operator operator) {
        operators.add(operator);
        operator.awaitReady();
        return operator;
    }

    /** A baseline beside the story's own, for all nodes: what happens to it shows that the operator has come so far. */
    public static String observing(String name) {
        return """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: %s}
                spec:
                  vendors: Mixed
                  changes: {lower: {stabilizationSeconds: 0}}
                """.formatted(name);
    }

    /** A baseline that patches the virtual machines that carry its name, adopted as soon as there is an answer. */
    public static String patching(String name, String spec) {
        return """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata: {name: %1$s}
                spec:
                  %2$s
                  changes: {lower: {stabilizationSeconds: 0}}
                  virtualMachines:
                    namespaceSelector: {}
                    selector: {matchLabels: {cpu-baseline: %1$s}}
                    mode: Patch
                    rollout: {maxUnproven: 100%%, maxPerMinute: 0}
                """.formatted(name, spec);
    }

    /** The same that leaves virtual machines as they are, and gives its pin to their instances. */
    public static String admitting(String name, String spec) {
        return patching(name, spec).replace("mode: Patch", "mode: Admission");
    }

    /** The same for the nodes of one vendor, {@code Intel} or {@code AMD}. */
    public static String patchingVendor(String name, String vendor) {
        return patching(
                name, "nodeSelector: {matchLabels: {cpu-vendor.node.kubevirt.io/%s: \"true\"}}".formatted(vendor));
    }

    /** The seven nodes of the home lab. */
    public void homelab() {
        lab().apply(NodeManifests.homelab());
    }

    public Nodes nodes() {
        return new Nodes(lab().client());
    }

    /** Migrations of running machines; only in a full lab. */
    public Migrations migrations() {
        return new Migrations(lab());
    }

    public Machines machines() {
        return new Machines(lab().client());
    }

    /** Lets the scheduler use no other node than this one as long as the action runs. */
    public void onlyOn(String node, Runnable action) {
        List<String> others = new ArrayList<>();
        lab().client()
                .nodes()
                .list()
                .getItems()
                .forEach(each -> others.add(each.getMetadata().getName()));
        others.remove(node);
        others.add(0, "cordon");
        kubectl(others.toArray(String[]::new));
        action.run();
        others.set(0, "uncordon");
        kubectl(others.toArray(String[]::new));
    }

    /** Starts halted virtual machines, all on one node; returns when they run. */
    public void startOn(String node, String... names) {
        onlyOn(node, () -> start(names));
    }

    /** Starts halted virtual machines where the scheduler likes; returns when they run. */
    public void start(String... names) {
        for (String name : names) {
            machines().runStrategy(name, "Always");
        }
        for (String name : names) {
            migrations().awaitRunning(name);
        }
    }

    public void apply(String yaml) {
        lab().apply(yaml);
    }

    /** Applies it, and returns in the middle of what follows: when so many changes of virtual machines were seen. */
    public void applyUntilWritten(String yaml, int changes) throws InterruptedException {
        CountDownLatch some = new CountDownLatch(changes);
        try (Watch watch = machines().watch(some::countDown)) {
            Objects.requireNonNull(watch);
            apply(yaml);
            assertThat(some.await(30, TimeUnit.SECONDS)).as("some are written").isTrue();
        }
    }

    public void apply(NodeManifests manifests) {
        lab().apply(manifests);
    }

    /** Sets {@code approvedRevision}, as a user does who has read what the candidate costs. */
    public void approve(String baseline, String revision) {
        edit(baseline, "{\"approvedRevision\": \"" + revision + "\"}");
    }

    /** Sets a part of a baseline's spec, as {@code kubectl patch} does. */
    public void edit(String baseline, String spec) {
        kubectl("patch", "ccb", baseline, "--type=merge", "-p", "{\"spec\": " + spec + "}");
    }

    public String kubectl(String... arguments) {
        return lab().kubectl().run(arguments);
    }

    /** Writes this into the status of the KubeVirt resource in the namespace default, as virt-operator does. */
    public void kubeVirtSays(String status) {
        kubectl(
                "patch",
                "kubevirt",
                "kubevirt",
                "-n",
                "default",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\": %s}".formatted(status));
    }

    /** What the API server has for a baseline now. */
    public Seen baseline(String name) {
        ClusterCpuBaseline found = lab().client()
                .resources(ClusterCpuBaseline.class)
                .withName(name)
                .get();
        if (found == null) {
            throw new AssertionError("there is no baseline " + name);
        }
        return new Seen(found);
    }

    /** All versions of a baseline that have a status, from now on, as somebody sees them who watches. */
    public List<Seen> follow(String baseline) {
        List<Seen> versions = new CopyOnWriteArrayList<>();
        watches.add(lab().client()
                .resources(ClusterCpuBaseline.class)
                .withName(baseline)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, ClusterCpuBaseline version) {
                        if (version.getStatus() != null) {
                            versions.add(new Seen(version));
                        }
                    }

                    @Override
                    public void onClose(WatcherException cause) {}
                }));
        return versions;
    }

    /** Waits until a baseline's status answers its present spec and is as asserted; returns it. */
    public Seen await(String baseline, Consumer<Seen> assertion) {
        AtomicReference<Seen> last = new AtomicReference<>();
        eventually(() -> {
            Seen now = baseline(baseline);
            assertThat(now.isAnswered())
                    .as("whether the operator has answered %s", baseline)
                    .isTrue();
            assertion.accept(now);
            last.set(now);
        });
        return Objects.requireNonNull(last.get());
    }

    /** Waits until a condition has this status and reason. */
    public Seen await(String baseline, String condition, String verdict) {
        return await(
                baseline,
                seen -> assertThat(seen.verdict(condition)).as(condition).isEqualTo(verdict));
    }

    /** Waits until a baseline is pinned. */
    public Seen awaitPinned(String baseline) {
        return await(baseline, "Ready", "True Pinned");
    }

    /** Waits until this many virtual machines carry a baseline. */
    public Seen awaitApplied(String baseline, int machines) {
        return await(
                baseline, now -> assertThat(now.virtualMachines().applied()).isEqualTo(machines));
    }

    /**
     * Lets the operator write all that it knows about a pinned baseline: counts may follow a moment after conditions, but an edit is
     * answered at once. This one changes nothing else: only a first answer has to hold for some time.
     */
    public Seen settled(String baseline) {
        edit(baseline, "{\"changes\": {\"lower\": {\"stabilizationSeconds\": %d}}}".formatted(++edits));
        return await(baseline, seen -> {});
    }

    /** Waits until the assertion holds. */
    public static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
    }

    /** The events about an object so far, as {@code REASON: NOTE}, in no order. */
    public List<String> events(String kind, String name) {
        return lab().client().events().v1().events().inAnyNamespace().list().getItems().stream()
                .filter(event -> event.getRegarding().getKind().equals(kind)
                        && event.getRegarding().getName().equals(name))
                .map(event -> event.getReason() + ": " + event.getNote())
                .toList();
    }

    /** The sum of a metric's values, over all its labels. */
    public double metric(Operator operator, String name) {
        return operator.metrics()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Now, for {@link #writesSince}. */
    public AuditLog.Mark mark() {
        flushAuditLog(new AuditLog.Mark(0));
        return lab().auditLog().mark();
    }

    /**
     * What the operator has written since then, and tried to write, but for its Lease: {@code VERB RESOURCE[/SUBRESOURCE] [NAMESPACE/]NAME},
     * with the answer's code unless that is success.
     */
    public List<String> writesSince(AuditLog.Mark mark) {
        flushAuditLog(mark);
        return lab().auditLog().since(mark).stream()
                .filter(event -> event.isBy(Chart.NAMESPACE, Chart.RELEASE) && event.isWrite() && !event.isOn("leases"))
                .map(Stage::text)
                .toList();
    }

    /** A request is written down after its answer was sent: so one more is made, and waited for. */
    private void flushAuditLog(AuditLog.Mark mark) {
        String last = "last-" + UUID.randomUUID();
        lab().client().configMaps().inNamespace("default").withName(last).get();
        eventually(() -> assertThat(lab().auditLog().since(mark))
                .anyMatch(event -> event.name().equals(last)));
    }

    private static String text(AuditEvent event) {
        return event.verb()
                + " "
                + event.resource()
                + (event.subresource().isEmpty() ? "" : "/" + event.subresource())
                + " "
                + (event.namespace().isEmpty() ? "" : event.namespace() + "/")
                + event.name()
                + (event.responseCode() < 300 ? "" : " " + event.responseCode());
    }
}
