package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.Reason;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Watches;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind that is watched, forbidden or missing, and what is said of it. */
class ReadingProblemsTest {

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final WatchedCluster watched = new WatchedCluster(
            new ApiServer(server.client(), Duration.ofSeconds(5)),
            new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped()),
            () -> {},
            Options.quick(),
            timer);
    private final ReadingProblems problems = new ReadingProblems(watched);

    @BeforeEach
    void serve() {
        for (WatchedKind<?> kind : watched.kinds()) {
            server.on("GET", path(kind.name()), call -> call.answer(200, """
                    {"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"10"},"items":[]}"""));
            server.on("WATCH", path(kind.name()), new Watches());
        }
    }

    @AfterEach
    void stop() {
        watched.stop();
        timer.shutdownNow();
        server.close();
    }

    @Test
    void whereAllIsReadThereIsNone() {
        // When
        start();

        // Then
        await().until(() -> watched.kinds().stream().allMatch(kind -> kind.state() == State.SYNCED));
        assertThat(problems.ofNodes()).isEmpty();
        assertThat(problems.ofVirtualMachines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "nodes,                   403, nodes,           Forbidden,       may not read nodes: User x cannot list. Check its ClusterRole.",
        "nodefeatures,            403, nodes,           Forbidden,       may not read nodefeatures: User x cannot list.",
        "kubevirts,               403, nodes,           Forbidden,       may not read kubevirts: User x cannot list.",
        "virtualmachines,         403, virtualmachines, Forbidden,       may not read virtualmachines: User x cannot list.",
        "virtualmachineinstances, 403, virtualmachines, Forbidden,       may not read virtualmachineinstances: User x cannot list.",
        "namespaces,              403, virtualmachines, Forbidden,       may not read namespaces: User x cannot list.",
        "nodes,                   404, nodes,           Forbidden,       there are no nodes: User x cannot list.",
        "nodefeatures,            404, ,                ,",
        "kubevirts,               404, virtualmachines, KubeVirtMissing, KubeVirt's API is not there (kubevirts)",
        "virtualmachines,         404, virtualmachines, KubeVirtMissing, KubeVirt's API is not there (virtualmachines)",
        "virtualmachineinstances, 404, virtualmachines, KubeVirtMissing, KubeVirt's API is not there (virtualmachineinstances)",
        "namespaces,              404, virtualmachines, Forbidden,       there are no namespaces: User x cannot list.",
    })
    void aKindThatCanNotBeReadIsSaid(String kind, int code, String about, Reason reason, String words) {
        // Given
        server.on("GET", path(kind), call -> call.refuse(code, "Refused", "User x cannot list"));

        // When
        start();

        // Then
        await().until(() -> watched.kinds().stream().allMatch(WatchedKind::settled));
        expect(problems.ofNodes(), "nodes".equals(about), reason, words);
        expect(problems.ofVirtualMachines(), "virtualmachines".equals(about), reason, words);
    }

    private static void expect(Optional<Problem> problem, boolean expected, Reason reason, String words) {
        if (expected) {
            assertThat(problem).get().satisfies(found -> {
                assertThat(found.reason()).isEqualTo(reason);
                assertThat(found.message()).contains(words);
            });
        } else {
            assertThat(problem).isEmpty();
        }
    }

    private void start() {
        watched.kinds().forEach(WatchedKind::start);
    }

    private static String path(String kind) {
        return switch (kind) {
            case "nodes", "namespaces" -> "/api/v1/" + kind;
            case "nodefeatures" -> "/apis/nfd.k8s-sigs.io/v1alpha1/" + kind;
            case "mutatingadmissionpolicies", "mutatingadmissionpolicybindings" ->
                "/apis/admissionregistration.k8s.io/v1/" + kind;
            case "clusterrestartcampaigns" -> "/apis/cpubaseline.io/v1alpha1/" + kind;
            default -> "/apis/kubevirt.io/v1/" + kind;
        };
    }
}
