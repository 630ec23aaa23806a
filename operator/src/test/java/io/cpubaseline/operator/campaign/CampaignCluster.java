package io.cpubaseline.operator.campaign;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.RestartAttempt;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.campaign.Alerts;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Story;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.operator.cluster.CampaignView;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.machines.Carriers;
import io.cpubaseline.operator.telling.CampaignChronicle;
import io.cpubaseline.operator.telling.EventRecorder;
import io.cpubaseline.operator.telling.Metrics;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Call;
import io.cpubaseline.operator.testing.ScriptedApiServer.Handler;
import io.cpubaseline.operator.testing.ScriptedApiServer.Watches;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Target;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A campaign over three virtual machines, {@code shop/vm-0} to {@code vm-2}, which run with something else than what is pinned and may be restarted
 * together. The API server's answers are the test's.
 */
final class CampaignCluster implements AutoCloseable {

    static final String NAME = "all";
    static final String UID = "uid-all";
    static final int MACHINES = 3;

    /** How long a missing permission is believed to be missing. */
    static final Duration REFUSAL = Duration.ofMinutes(5);

    private static final String KUBEVIRT = "/apis/kubevirt.io/v1/";
    private static final String CAMPAIGNS = "/apis/cpubaseline.io/v1alpha1/clusterrestartcampaigns";
    private static final Pin PIN = new Pin(
            "Nehalem", new TreeMap<>(Map.of("aes", Purpose.Level)), AbiLevel.V2, "Intel", Instant.EPOCH, "2026.1.1");

    final ScriptedApiServer server = new ScriptedApiServer();
    final ManualClock clock = new ManualClock();

    /** What the API server was asked to do, in its order: {@code persist}, and {@code ask} for whom. */
    final List<String> done = new CopyOnWriteArrayList<>();

    private final ApiServer api = new ApiServer(server.client(), Duration.ofSeconds(5));
    private final Map<String, Watches> watches = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final WatchedCluster watched = new WatchedCluster(
            api, new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped()), () -> {}, Options.quick(), timer);
    private boolean mayRestart = true;
    private boolean lookedAt = true;
    private final AtomicLong generation = new AtomicLong(1);
    private String blockers = "";

    /** Which alerts fire. */
    volatile Alerts alerts = new Alerts.Firing(Set.of());

    private volatile ClusterRestartCampaignStatus stored;

    CampaignCluster() {
        stored = status(List.of());
        serve("/api/v1/nodes", "");
        serve("/api/v1/namespaces", "{\"metadata\":{\"name\":\"shop\",\"resourceVersion\":\"1\"}}");
        serve(KUBEVIRT + "virtualmachines", each(CampaignCluster::machine));
        serve(KUBEVIRT + "virtualmachineinstances", each(number -> instance(number, "")));
        serve(CAMPAIGNS, campaign());
        server.on("GET", CAMPAIGNS + "/" + NAME, call -> call.answer(200, campaign()));
        whenPersisting(this::persist);
        IntStream.range(0, MACHINES).forEach(number -> whenAsked(number, call -> call.answer(202, "")));
        Stream.of("default", "shop")
                .map("/apis/events.k8s.io/v1/namespaces/%s/events"::formatted)
                .forEach(path -> server.on("POST", path, call -> call.answer(201, "{}")));
        watched.start();
        List.of(watched.namespaces(), watched.virtualMachines(), watched.instances())
                .forEach(kind -> kind.start());
        await().until(() -> Stream.of(
                        watched.nodes(),
                        watched.namespaces(),
                        watched.virtualMachines(),
                        watched.instances(),
                        watched.campaigns())
                .allMatch(kind -> kind.settled()));
    }

    /** One has come up with what is pinned, so that the others may follow together; these are on their way. */
    private static ClusterRestartCampaignStatus status(List<RestartAttempt> attempts) {
        return new ClusterRestartCampaignStatus(
                1L, List.of(), PIN.revision(), 0, 0, 0, 1, 0, 0, 0, null, null, null, List.of(), attempts);
    }

    /** A leader before has persisted these, and was killed. */
    void persisted(Integer... numbers) {
        stored = status(Stream.of(numbers)
                .map(number -> new RestartAttempt(
                        "shop", "vm-" + number, clock.instant().toString(), "Restart", null))
                .toList());
    }

    /** The campaign is blocked while this alert fires. */
    void blockedBy(String alert) {
        blockers = ",\"blockers\":{\"alerts\":[\"%s\"]}".formatted(alert);
        edit();
    }

    private Alerts alerts() {
        done.add("look at alerts");
        return alerts;
    }

    /** The operator is installed without permission to restart. */
    void withoutPermission() {
        mayRestart = false;
    }

    /** What the API server does when the status is written. */
    void whenPersisting(Handler handler) {
        server.on("PATCH", CAMPAIGNS + "/" + NAME + "/status", call -> {
            done.add("persist");
            handler.handle(call);
        });
    }

    /** It stores the status. */
    void persist(Call call) throws IOException {
        stored = Json.MAPPER.treeToValue(
                Json.MAPPER.readTree(call.body()).path("status"), ClusterRestartCampaignStatus.class);
        call.answer(200, "{\"metadata\":%s}".formatted(metadata()));
    }

    /** What it does when it is asked for the restart of this one. */
    void whenAsked(int number, Handler handler) {
        server.on(
                "PUT",
                "/apis/subresources.kubevirt.io/v1/namespaces/shop/virtualmachines/vm-%d/restart".formatted(number),
                call -> {
                    done.add("ask vm-" + number);
                    handler.handle(call);
                });
    }

    /** The same for each of them. */
    void whenAsked(Handler handler) {
        IntStream.range(0, MACHINES).forEach(number -> whenAsked(number, handler));
    }

    /** The baseline's virtual machines are known from now on, or not yet. */
    void baselineIsLookedAt(boolean already) {
        lookedAt = already;
    }

    /** A process begins to look at the campaign. */
    CampaignPass process() {
        CampaignChronicle chronicle = new CampaignChronicle(
                new EventRecorder(api, "pod", Clock.systemUTC(), Duration.ofSeconds(1)), new Metrics("1", "1"));
        CampaignPass.World world = new CampaignPass.World(
                watched,
                baseline -> lookedAt ? Optional.of(carriers()) : Optional.empty(),
                () -> true,
                node -> "Intel",
                baseline -> true,
                new CampaignStatuses(api),
                chronicle,
                this::alerts,
                mayRestart,
                REFUSAL,
                clock);
        return new CampaignPass(NAME, UID, world, new Restarts(api));
    }

    private static Carriers carriers() {
        return new Carriers(
                PIN,
                Target.of("main", PIN, CatalogLoader.catalog()),
                Story.PLANNER
                        .assess(Story.nodes("xeon-gold-6130", "xeon-gold-6130"), Story.SINGLE, null)
                        .targets(),
                SchedulingRules.of("", /* machineTypeSelected= */ false, "", false, 0),
                false,
                IntStream.range(0, MACHINES)
                        .mapToObj(number -> new ObjectName("shop", "vm-" + number))
                        .collect(Collectors.toSet()));
    }

    /** The campaign as the view has it. */
    CampaignView seen() {
        return watched.campaigns().get("", NAME).orElseThrow();
    }

    /** The status as it is stored. */
    ClusterRestartCampaignStatus stored() {
        return stored;
    }

    /** The reason of a condition that is stored; empty if it isn't there. */
    String reason(String type) {
        return stored.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(Condition::reason)
                .findFirst()
                .orElse("");
    }

    /** The view shows what is stored by now. */
    void shows() {
        ClusterRestartCampaignStatus expected = stored;
        send(CAMPAIGNS, campaign());
        await().until(() -> expected.equals(seen().status()) && seen().generation() == generation.get());
    }

    /** Somebody edits the spec. */
    void edit() {
        editUnseen();
        shows();
    }

    /** The same, before the view shows it. */
    void editUnseen() {
        generation.incrementAndGet();
    }

    /** Somebody writes another status. */
    void deface() {
        stored = status(List.of());
        shows();
    }

    /** The instance of this one is being deleted. */
    void ends(int number) {
        send(KUBEVIRT + "virtualmachineinstances", instance(number, ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\""));
        await().until(() -> watched.instances()
                        .get("shop", "vm-" + number)
                        .orElseThrow()
                        .traits()
                        .size()
                == 2);
    }

    private void serve(String path, String items) {
        server.on("GET", path, call -> call.answer(200, """
                {"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"10"},"items":[%s]}""".formatted(items)));
        server.on("WATCH", path, watches.computeIfAbsent(path, each -> new Watches()));
    }

    private void send(String path, String object) {
        Objects.requireNonNull(watches.get(path)).send("MODIFIED", object);
    }

    private static String each(IntFunction<String> object) {
        return IntStream.range(0, MACHINES).mapToObj(object).collect(Collectors.joining(","));
    }

    private static String machine(int number) {
        return """
                {"metadata":{"namespace":"shop","name":"vm-%1$d","uid":"m-%1$d","resourceVersion":"1","generation":1},
                 "spec":{"runStrategy":"Always","template":{"spec":{"architecture":"amd64","domain":{"cpu":{
                   "cores":2,"model":"Nehalem","features":[{"name":"aes","policy":"require"}]}}}}}}""".formatted(number);
    }

    private static String instance(int number, String more) {
        return """
                {"metadata":{"namespace":"shop","name":"vm-%1$d","uid":"i-%1$d","resourceVersion":"2",
                   "creationTimestamp":"2025-12-31T00:00:00Z",
                   "ownerReferences":[{"kind":"VirtualMachine","name":"vm-%1$d","controller":true}]%2$s},
                 "spec":{"domain":{"cpu":{"model":"Penryn"}}},
                 "status":{"phase":"Running","nodeName":"node-1","conditions":[{"type":"Ready","status":"True"}]}}""".formatted(number, more).replace("\n", "");
    }

    private String campaign() {
        try {
            return """
                    {"metadata":%s,"spec":{"baselineName":"main","consent":"Assumed",
                     "budgets":[{"maxUnavailable":"100%%"}]%s},"status":%s}""".formatted(metadata(), blockers, Json.MAPPER.writeValueAsString(stored))
                    .replace("\n", "");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String metadata() {
        return "{\"name\":\"%s\",\"uid\":\"%s\",\"resourceVersion\":\"11\",\"generation\":%d}"
                .formatted(NAME, UID, generation.get());
    }

    @Override
    public void close() {
        watched.stop();
        timer.shutdownNow();
        server.close();
    }
}
