package io.cpubaseline.stories.install;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Helm;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The chart's release in a full lab, from its installation by Helm to its removal, while a machine runs with its baseline. */
final class Release {
    static final Set<String> INTEL = Set.of("prox01", "prox05", "prox06", "prox07", "prox08");
    static final Map<String, String> VALUES =
            Map.of("virtualMachines.write", "true", "timing.evidenceGrace", "1s", "timing.countWriteInterval", "1s");

    private static final List<String> DEFINITIONS =
            List.of("clustercpubaselines.cpubaseline.io", "clusterrestartcampaigns.cpubaseline.io");

    private final Stage stage;

    Release(Stage stage) {
        this.stage = stage;
    }

    /** A cluster that has never seen the chart has no definitions either. */
    void takeAwayTheDefinitions() {
        DEFINITIONS.forEach(name -> definition(name).delete());
        awaitNoDefinitions();
    }

    void awaitNoDefinitions() {
        eventually(() -> assertThat(DEFINITIONS)
                .allSatisfy(name -> assertThat(definition(name).get()).isNull()));
    }

    /** Installs by one Helm, and goes on by the other: no machine notices. */
    void liveAndGo(int installer, int successor) throws IOException {
        // When
        Helm helm = helm(successor);
        Chart.installReady(helm(installer), VALUES);

        // Then
        assertThat(readyReplicas()).isEqualTo(1);
        Pod first = pod();
        Operator operator = stage.operatorOf(first);

        // Given a baseline and a machine that runs with it
        stage.machines().create("web", "intel");
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        Seen pinned = stage.awaitApplied("intel", 1);
        stage.start("web");
        String instance = stage.migrations().instanceOf("web");
        String written = stage.machines().cpuFields("web");
        AuditLog.Mark before = stage.mark();

        // When a value is changed
        Map<String, String> changed = new TreeMap<>(VALUES);
        changed.put("timing.countWriteInterval", "2s");
        Chart.upgradeReady(helm, changed);

        // Then another pod goes on with it
        Pod second = pod();
        assertThat(second.getMetadata().getUid())
                .isNotEqualTo(first.getMetadata().getUid());
        assertThat(arguments(second)).contains("--count-write-interval=2s");
        operator.stop();
        operator = stage.operatorOf(second);
        assertThat(stage.settled("intel").pinned()).isEqualTo(pinned.pinned());

        // When that is taken back
        Chart.rollBackReady(helm, 1);

        // Then
        Pod third = pod();
        assertThat(arguments(third)).isEqualTo(arguments(first));
        operator.stop();
        operator = stage.operatorOf(third);
        assertThat(stage.settled("intel").pinned()).isEqualTo(pinned.pinned());
        assertThat(history(helm)).containsExactly("1 superseded", "2 superseded", "3 deployed");

        // When all is removed
        operator.stop();
        Chart.uninstall(helm);

        // Then what users have made stays: the baseline, and the machine with its model, which runs on and moves as
        // before
        assertThat(stage.baseline("intel").pinned()).isEqualTo(pinned.pinned());
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
        assertThat(stage.migrations().instanceOf("web")).isEqualTo(instance);
        assertThat(stage.migrations().migrate("web").target())
                .hasValueSatisfying(node -> assertThat(node).isIn(INTEL));

        // When it is installed again, then it finds all as it was
        Chart.installReady(helm, VALUES);
        stage.operatorOf(pod());
        Seen again = stage.settled("intel");
        assertThat(again.pinned()).isEqualTo(pinned.pinned());
        assertThat(again.virtualMachines().applied()).isEqualTo(1);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
    }

    private Resource<CustomResourceDefinition> definition(String name) {
        return stage.lab()
                .client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name);
    }

    Integer readyReplicas() {
        return Objects.requireNonNull(stage.lab()
                        .client()
                        .apps()
                        .deployments()
                        .inNamespace(Chart.NAMESPACE)
                        .withName(Chart.RELEASE)
                        .get())
                .getStatus()
                .getReadyReplicas();
    }

    /** The release's only pod that is to stay. */
    Pod pod() {
        List<Pod> pods = stage
                .lab()
                .client()
                .pods()
                .inNamespace(Chart.NAMESPACE)
                .withLabel("app.kubernetes.io/instance", Chart.RELEASE)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
        assertThat(pods).hasSize(1);
        return pods.get(0);
    }

    List<String> arguments(Pod pod) {
        return pod.getSpec().getContainers().get(0).getArgs();
    }

    Helm helm(int version) {
        return version == 3 ? Helm.three(stage.lab()) : Helm.four(stage.lab());
    }

    List<String> history(Helm helm) throws IOException {
        List<String> revisions = new ArrayList<>();
        for (JsonNode revision : new ObjectMapper()
                .readTree(helm.run("history", Chart.RELEASE, "--namespace", Chart.NAMESPACE, "--output", "json"))) {
            revisions.add(revision.path("revision").asText() + " "
                    + revision.path("status").asText());
        }
        return revisions;
    }
}
