package io.cpubaseline.stories.machines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code cpu-baseline why-not} says, and what KubeVirt and the scheduler then do: on which node a machine starts, to which it migrates. */
class WhyNotMigrationsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** kube-scheduler's words for nodes that it passes over, and how many. */
    private static final Pattern PASSED_OVER = Pattern.compile("(\\d+) (node\\(s\\) [^,.]*|Insufficient \\w+)");

    /** Which of its words an obstacle leads to. */
    private static final Map<String, String> WORDS = Map.of(
            "Cordon", "were unschedulable",
            "Taint", "untolerated taint",
            "Cores", "Insufficient cpu",
            "Memory", "Insufficient memory");

    private static final String SELECTOR = "node affinity/selector";

    /** The first that a node lacks is what the scheduler says of it (default plugins of Kubernetes 1.36, in their order). */
    private static final List<String> ORDER =
            List.of("were unschedulable", "untolerated taint", SELECTOR, "Insufficient cpu", "Insufficient memory");

    private static final String START = "prox01";
    private static final String NEHALEM = "cpu-model.node.kubevirt.io/Nehalem";
    private static final String VMX = "cpu-feature.node.kubevirt.io/vmx";
    private static final String OF_HOST_MODEL = "host-model-required-features.node.kubevirt.io/";

    @RegisterExtension
    static final Stage stage = Stage.full();

    /** Why-not's answer, and its exit code. */
    private record Said(int code, JsonNode answer) {
        Set<String> possible() {
            Set<String> nodes = new TreeSet<>();
            answer.path("possibleNodes").forEach(node -> nodes.add(node.asText()));
            return nodes;
        }

        List<String> origins() {
            List<String> origins = new ArrayList<>();
            answer.path("obstacles")
                    .forEach(obstacle -> origins.add(obstacle.path("origin").asText()));
            return origins;
        }

        /** What the scheduler should say, by node counts. */
        Map<String, Integer> words() {
            Map<String, String> first = new HashMap<>();
            for (JsonNode obstacle : answer.path("obstacles")) {
                String words = WORDS.getOrDefault(obstacle.path("origin").asText(), SELECTOR);
                obstacle.path("nodes")
                        .forEach(node -> first.merge(
                                node.asText(),
                                words,
                                (one, other) -> ORDER.indexOf(one) <= ORDER.indexOf(other) ? one : other));
            }
            Map<String, Integer> counts = new TreeMap<>();
            first.values().forEach(words -> counts.merge(words, 1, Integer::sum));
            return counts;
        }
    }

    @Test
    void whatItSaysBeforeAStartIsWhatTheSchedulerDoes() throws Exception {
        // Given machines that all nodes can take, some, or none, each for another reason
        stage.homelab();
        stage.kubectl("taint", "nodes", "prox05", "example.com/gpu=yes:NoSchedule");
        stage.kubectl("label", "nodes", "prox05", "example.com/gpu=yes");
        stage.kubectl("cordon", "prox03");
        Map<String, String> machines = new TreeMap<>(Map.of(
                "anywhere", machine("anywhere", "model: Nehalem", ""),
                "intel", machine("intel", "model: Nehalem, features: [{name: vmx, policy: require}]", ""),
                "forbidding", machine("forbidding", "model: Nehalem, features: [{name: vmx, policy: forbid}]", ""),
                "unknown-model", machine("unknown-model", "model: Pentium9", ""),
                "gpu", machine("gpu", "model: Nehalem", "nodeSelector: {example.com/gpu: \"yes\"}"),
                "tolerant", machine("tolerant", "model: Nehalem", """
                        nodeSelector: {example.com/gpu: "yes"}
                              tolerations: [{key: example.com/gpu, operator: Exists}]"""),
                "zone", machine("zone", "model: host-model", """
                        affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
                                {matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [prox03, elsewhere]}]}]}}}"""),
                "huge", machine("huge", "model: Nehalem", "").replace("guest: 64Mi", "guest: 4Ti")));
        machines.values().forEach(stage.machines()::create);
        Map<String, Said> said = new TreeMap<>();
        for (String name : machines.keySet()) {
            said.put(name, whyNot(name));
        }
        Map<String, Set<String>> possibleByLabels = Map.of(
                "anywhere", uncordonedAndUntainted(labels -> true),
                "intel", uncordonedAndUntainted(labels -> "true".equals(labels.get(VMX))),
                "forbidding", uncordonedAndUntainted(labels -> !labels.containsKey(VMX)),
                "tolerant", Set.of("prox05"));

        // When
        machines.keySet().forEach(name -> stage.machines().runStrategy(name, "Always"));

        // Then
        Migrations migrations = stage.migrations();
        assertThat(of(said, "anywhere").possible()).hasSizeGreaterThan(3);
        for (String name : machines.keySet()) {
            assertThat(of(said, name).possible()).as(name).isEqualTo(possibleByLabels.getOrDefault(name, Set.of()));
        }
        assertThat(possibleByLabels.values()).doesNotContain(Set.of());
        for (Map.Entry<String, Said> one : said.entrySet()) {
            String name = one.getKey();
            Set<String> possible = one.getValue().possible();
            assertThat(one.getValue().code()).as(name).isEqualTo(possible.isEmpty() ? 1 : 0);
            if (possible.isEmpty()) {
                Stage.eventually(() -> assertThat(passedOver(migrations.whyPending(name)))
                        .as(name)
                        .isEqualTo(one.getValue().words()));
            } else {
                migrations.awaitRunning(name);
                assertThat(possible).as(name).contains(migrations.nodeOf(name));
            }
        }

        // And while they wait it says the same of their pods
        for (String name : List.of("unknown-model", "gpu", "zone", "huge")) {
            Said waiting = whyNot(name);
            assertThat(waiting.answer().path("pod").asText()).startsWith("virt-launcher-" + name);
            assertThat(waiting.origins()).as(name).isEqualTo(of(said, name).origins());
            assertThat(waiting.words()).as(name).isEqualTo(of(said, name).words());
        }
    }

    @Test
    void whatItSaysBeforeAMigrationIsWhereItGoes() throws Exception {
        // Given
        stage.homelab();
        Map<String, List<String>> tried = new TreeMap<>(
                Map.of("named", List.of("prox03", "prox05"), "hosted", List.of("prox04", "prox08", "prox06")));
        Set<String> names = tried.keySet();
        stage.machines().create(machine("named", "model: Nehalem", ""));
        stage.machines().create(machine("hosted", "model: host-model", ""));
        stage.startOn(START, names.toArray(String[]::new));
        Migrations migrations = stage.migrations();
        List<String> nodes = stage.lab().client().nodes().list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .sorted()
                .toList();

        for (String name : names) {
            Set<String> agreed = new TreeSet<>();
            for (String node : tried.getOrDefault(name, List.of())) {
                // When
                Said all = whyNot(name);
                Said there = whyNot(name, node);
                Result result = migrations.migrateTo(name, node).result();

                // Then
                boolean possible = result == Result.SUCCEEDED;
                assertThat(all.possible().contains(node))
                        .as(name + " to " + node)
                        .isEqualTo(possible);
                assertThat(there.code()).as(name + " to " + node).isEqualTo(possible ? 0 : 1);
                agreed.add(node + (possible ? " yes" : " no"));
            }
            assertThat(agreed).as(name).anyMatch(pair -> pair.endsWith(" yes")).anyMatch(pair -> pair.endsWith(" no"));
        }

        // When a label that it was started by is gone everywhere, it is sticky: it still asks for it
        String feature = stage.nodes().labels(START).keySet().stream()
                .filter(label -> label.startsWith(OF_HOST_MODEL))
                .map(label -> label.substring(OF_HOST_MODEL.length()))
                .sorted()
                .findFirst()
                .orElseThrow();
        nodes.forEach(node -> stage.nodes().loseFeature(node, feature));
        Said stuck = whyNot("hosted");

        // Then
        assertThat(stuck.code()).isEqualTo(1);
        assertThat(stuck.origins()).startsWith("StickyHostModel");
        assertThat(stuck.answer().at("/obstacles/0/remedy").asText()).contains(feature);
        assertThat(migrations.migrate("hosted").result()).isEqualTo(Result.NO_TARGET);
    }

    @Test
    void whatCouldNotLeaveIsNamedAmongAllUntilAnotherNodeTakesIt() throws Exception {
        // Given two guests on one node, one of them by a label that only this node has
        stage.homelab();
        stage.kubectl("label", "nodes", START, "example.com/licence=yes");
        stage.machines().create(machine("licensed", "model: Nehalem", "nodeSelector: {example.com/licence: \"yes\"}"));
        stage.machines().create(machine("free", "model: Nehalem", ""));
        stage.startOn(START, "licensed", "free");
        Migrations migrations = stage.migrations();

        // When
        Said before = whyNot("--all");

        // Then
        assertThat(before.code()).isEqualTo(1);
        assertThat(named(before, "OwnSelector")).contains("licensed").doesNotContain("free");
        assertThat(everyone(before)).doesNotContain("free");
        assertThat(migrations.migrate("licensed").result()).isEqualTo(Result.NO_TARGET);

        // When another node that could take it gets the label
        String other = whyNot("free").possible().iterator().next();
        stage.kubectl("label", "nodes", other, "example.com/licence=yes");

        // Then
        assertThat(everyone(whyNot("--all"))).doesNotContain("licensed", "free");
        assertThat(migrations.migrate("licensed").result()).isEqualTo(Result.SUCCEEDED);
        assertThat(migrations.nodeOf("licensed")).isEqualTo(other);
    }

    private static Set<String> named(Said all, String reason) {
        Set<String> names = new TreeSet<>();
        for (JsonNode group : all.answer().path("reasons")) {
            if (reason.isEmpty() || group.path("reason").asText().equals(reason)) {
                group.path("virtualMachines")
                        .forEach(machine -> names.add(machine.path("name").asText()));
            }
        }
        return names;
    }

    private static Set<String> everyone(Said all) {
        return named(all, "");
    }

    /** The nodes that label Nehalem and whose labels are such, but for the one that is cordoned and the one that is tainted. */
    private static Set<String> uncordonedAndUntainted(Predicate<Map<String, String>> such) {
        return stage.lab().client().nodes().list().getItems().stream()
                .map(Node::getMetadata)
                .filter(node -> !Set.of("prox03", "prox05").contains(node.getName()))
                .filter(node -> "true".equals(node.getLabels().get(NEHALEM)) && such.test(node.getLabels()))
                .map(ObjectMeta::getName)
                .collect(Collectors.toSet());
    }

    private static Said of(Map<String, Said> said, String name) {
        return Objects.requireNonNull(said.get(name), name);
    }

    /** A small machine, stopped. */
    private static String machine(String name, String cpu, String placement) {
        return Machines.manifest(name, "nobody")
                .replace("{cores: 2}", "{cores: 2, " + cpu + "}")
                .replace("guest: 4Gi", "guest: 64Mi")
                .replace("      domain:", (placement.isEmpty() ? "" : "      " + placement + "\n") + "      domain:");
    }

    private static Map<String, Integer> passedOver(String message) {
        Map<String, Integer> counts = new TreeMap<>();
        Matcher matcher = PASSED_OVER.matcher(message.replaceAll("preemption:.*", ""));
        while (matcher.find()) {
            String words = matcher.group(2);
            ORDER.stream()
                    .filter(words::contains)
                    .forEach(known -> counts.merge(known, Integer.parseInt(matcher.group(1)), Integer::sum));
        }
        return counts;
    }

    private static Said whyNot(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of("")
                        .toAbsolutePath()
                        .resolveSibling("operator/target/bin/cpu-baseline")
                        .toString(),
                "why-not",
                "--kubeconfig=" + stage.lab().kubeconfig(),
                "-o",
                "json"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), JSON.readTree(said));
    }
}
