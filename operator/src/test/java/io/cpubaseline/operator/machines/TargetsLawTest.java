package io.cpubaseline.operator.machines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ShapeReport;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFeatures;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.operator.cluster.VirtualMachineReader;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.ObservationBuilder;
import io.cpubaseline.report.StatusReport;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On how many nodes virtual machines can land: for random nodes and virtual machines the status says what one gets by writing down each pod's node
 * selector and looking at each node, as KubeVirt and the scheduler do.
 */
@Tag("thorough")
class TargetsLawTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Planner PLANNER = new Planner(CatalogLoader.selection());

    private static final List<String> FEATURES = List.of("avx2", "movbe", "vmx", "invtsc", "pcid", "aes");
    private static final List<String> MODELS = List.of("IvyBridge-IBRS", "EPYC", "Nehalem");
    private static final List<String> MACHINE_TYPES = List.of("q35", "pc-q35-9.6", "pc-q35-8.2");
    private static final List<String> HYPERV = List.of(
            "vpindex", "runtime", "reset", "synic", "synictimer", "frequencies", "reenlightenment", "tlbflush", "ipi");
    private static final List<Long> FREQUENCIES = List.of(2_100_000_000L, 2_800_000_000L);

    private static final List<String> TAINTS =
            List.of("dedicated", "gpu", "kubevirt.io/drain", "node.kubernetes.io/unreachable");

    private Pin pin = pin(null);

    private static Pin pin(@Nullable String vendor) {
        return new Pin(
                "IvyBridge-IBRS",
                new TreeMap<>(Map.of("avx2", Purpose.Level, "movbe", Purpose.Level)),
                AbiLevel.V3,
                vendor,
                null,
                "1");
    }

    private final EvidenceReader reader = new EvidenceReader(CatalogLoader.catalog(), FlagNames.shipped());

    static List<Integer> seeds() {
        return new Random(11).ints(150).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void the_count_is_that_of_looking_at_every_node(int seed) throws IOException {
        // Given
        Random random = new Random(seed);
        pin = pin(any(List.of("Intel", ""), random));
        List<ObjectNode> nodes = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(12); i++) {
            nodes.add(randomNode("n" + i, random));
        }
        SchedulingRules rules = SchedulingRules.of(
                        random.nextBoolean() ? "" : "pc-q35-9.6",
                        random.nextInt(5) > 0,
                        random.nextInt(3) > 0 ? "" : "EPYC",
                        random.nextBoolean(),
                        random.nextInt(4) == 0 ? 0 : any(FREQUENCIES, random))
                .selecting(NodeSelection.ofLabels(
                        random.nextInt(3) > 0 ? Map.of() : Map.of(any(List.of("pool", "zone"), random), "a")));
        List<NodeCpu> fleet = new ArrayList<>();
        for (ObjectNode node : nodes) {
            try (JsonParser parser = JSON.treeAsTokens(node)) {
                parser.nextToken();
                fleet.add(reader.nodeCpu(reader.node(parser), NodeFeatures.of(List.of(), "")));
            }
        }

        for (int i = 0; i < 6; i++) {
            ObjectNode machine = randomMachine(random);
            boolean baseline = random.nextInt(4) > 0;

            // When
            VirtualMachineCounts counts = counted(fleet, machine, baseline, rules);

            // Then
            int expected = expected(nodes, machine, baseline, rules);
            assertThat(counts.shapes())
                    .as("%s %s %s", machine, rules, nodes)
                    .singleElement()
                    .extracting(ShapeReport::nodes)
                    .isEqualTo(expected);
            assertThat(counts.reasons().stream()
                            .anyMatch(reason -> reason.reason().equals("SingleNodeShape")))
                    .as("%s %s %s", machine, rules, nodes)
                    .isEqualTo(baseline && isStuck(nodes, machine, rules));
        }
    }

    private VirtualMachineCounts counted(
            List<NodeCpu> fleet, ObjectNode machine, boolean baseline, SchedulingRules rules) throws IOException {
        Tally tally = new Tally();
        try (JsonParser parser = JSON.treeAsTokens(machine)) {
            parser.nextToken();
            tally.guests()
                    .look(
                            new VirtualMachineReader().read(parser),
                            baseline ? new Action.Nothing() : new Action.Skip(Reason.UserFeatures),
                            null,
                            Target.of("all", pin, PLANNER.catalog()));
        }
        Observation observation = ObservationBuilder.observation(
                        PLANNER.plan(PLANNER.assess(fleet, Policy.open(), pin.criteria()), Policy.open()),
                        new Decision(
                                new Remembered(pin, null, List.of()),
                                null,
                                null,
                                new Decision.Verdict(Reason.UpToDate, ""),
                                null,
                                null))
                .catalog(PLANNER.catalog())
                .at(null)
                .virtualMachines(new Observation.VirtualMachines(Observation.Mode.PATCH, tally, null, null, rules))
                .build();
        return Objects.requireNonNull(StatusReport.of(observation, null).virtualMachines());
    }

    /** Whether others with the baseline have several nodes of a vendor, and this one just one there or several nowhere, or lacks a frequency. */
    private boolean isStuck(List<ObjectNode> nodes, ObjectNode machine, SchedulingRules rules) {
        ObjectNode plain = JSON.createObjectNode();
        SchedulingRules noType = SchedulingRules.of("", false, "", false, 0);
        Map<String, Integer> all = new HashMap<>();
        Map<String, Integer> its = new HashMap<>();
        for (ObjectNode node : nodes) {
            String vendor = node.at("/metadata/labels").has("cpu-vendor.node.kubevirt.io/Intel") ? "Intel" : "AMD";
            all.merge(vendor, expected(List.of(node), plain, true, noType), Integer::sum);
            its.merge(vendor, expected(List.of(node), machine, true, rules), Integer::sum);
        }
        int most = its.values().stream().max(Integer::compare).orElse(0);
        return needsFrequency(machine) && rules.tscFrequency() == 0
                || all.entrySet().stream()
                        .anyMatch(vendor -> vendor.getValue() > 1
                                && (most <= 1 || Objects.requireNonNull(its.get(vendor.getKey())) == 1));
    }

    private int expected(List<ObjectNode> nodes, ObjectNode machine, boolean baseline, SchedulingRules rules) {
        Set<String> wanted = new HashSet<>(Set.of("kubevirt.io/schedulable"));
        Set<String> unwanted = new HashSet<>();
        JsonNode domain = machine.at("/spec/template/spec/domain");
        String model = baseline ? pin.cpuModel() : domain.at("/cpu/model").asText(rules.cpuModel());
        if (model.equals("host-model")) {
            unwanted.add("node-labeller.kubevirt.io/obsolete-host-model");
        } else if (!model.equals("host-passthrough")) {
            wanted.add("cpu-model.node.kubevirt.io/" + model);
        }
        if (baseline) {
            if ("Intel".equals(pin.vendor())) {
                wanted.add("cpu-vendor.node.kubevirt.io/Intel");
            }
            pin.requiredFeatures().stream().forEach(feature -> wanted.add("cpu-feature.node.kubevirt.io/" + feature));
        }
        for (JsonNode feature : domain.at("/cpu/features")) {
            String label =
                    "cpu-feature.node.kubevirt.io/" + feature.path("name").asText();
            switch (feature.path("policy").asText("")) {
                case "", "require" -> wanted.add(label);
                case "forbid" -> unwanted.add(label);
                default -> {}
            }
        }
        if (rules.machineTypeSelected()) {
            wanted.add("machine-type.node.kubevirt.io/"
                    + domain.at("/machine/type").asText(rules.machineType()));
        }
        Set<String> hyperv = new HashSet<>();
        domain.at("/features/hyperv").properties().forEach(feature -> {
            if (feature.getValue().path("enabled").asBoolean(true)) {
                hyperv.add(feature.getKey());
            }
        });
        if (hyperv.contains("synictimer")) {
            hyperv.add("synic");
        }
        if (hyperv.contains("ipi") || hyperv.contains("tlbflush") || hyperv.contains("synic")) {
            hyperv.add("vpindex");
        }
        if (hyperv.remove("evmcs")) {
            wanted.add("cpu-feature.node.kubevirt.io/vmx");
            if (rules.hypervStrictCheck()) {
                wanted.add("cpu-vendor.node.kubevirt.io/Intel");
            }
        }
        if (rules.hypervStrictCheck()) {
            hyperv.forEach(feature -> wanted.add("hyperv.node.kubevirt.io/" + feature));
        }
        if (needsFrequency(machine) && rules.tscFrequency() > 0) {
            wanted.add("scheduling.node.kubevirt.io/tsc-frequency-" + rules.tscFrequency());
        }
        JsonNode security = domain.path("launchSecurity");
        if (security.has("sev") || security.has("snp")) {
            wanted.add("kubevirt.io/sev");
        }
        if (security.at("/sev/policy/encryptedState").asBoolean()) {
            wanted.add("kubevirt.io/sev-es");
        }
        if (security.has("snp")) {
            wanted.add("kubevirt.io/sev-snp");
        }
        if (security.has("tdx")) {
            wanted.add("kubevirt.io/tdx");
        }
        if (domain.at("/cpu").has("realtime")) {
            wanted.add("kubevirt.io/realtime");
        }
        JsonNode owner = machine.at("/spec/template/spec");
        return (int) nodes.stream()
                .filter(node -> machine.isEmpty() ? !cordoned(node) : tolerated(node, owner.path("tolerations")))
                .filter(node -> selected(node, owner, rules))
                .filter(node -> wanted.stream()
                        .allMatch(key ->
                                node.at("/metadata/labels").path(key).asText().equals("true")))
                .filter(node -> unwanted.stream()
                        .noneMatch(key -> node.at("/metadata/labels").has(key)))
                .count();
    }

    private static boolean cordoned(JsonNode node) {
        return node.at("/spec/unschedulable").asBoolean()
                || taints(node).stream()
                        .anyMatch(taint -> taint.path("key").asText().equals("kubevirt.io/drain"));
    }

    /** Those that keep pods away; every pod tolerates it for some minutes when a node becomes unreachable. */
    private static List<JsonNode> taints(JsonNode node) {
        List<JsonNode> taints = new ArrayList<>();
        for (JsonNode taint : node.at("/spec/taints")) {
            boolean preference = taint.path("effect").asText().equals("PreferNoSchedule");
            if (!preference && !taint.path("key").asText().equals("node.kubernetes.io/unreachable")) {
                taints.add(taint);
            }
        }
        return taints;
    }

    private static boolean tolerated(JsonNode node, JsonNode tolerations) {
        List<JsonNode> taints = taints(node);
        if (node.at("/spec/unschedulable").asBoolean()) {
            taints.add(JSON.createObjectNode()
                    .put("key", "node.kubernetes.io/unschedulable")
                    .put("effect", "NoSchedule"));
        }
        return taints.stream().allMatch(taint -> {
            for (JsonNode toleration : tolerations) {
                boolean effect =
                        !toleration.has("effect") || toleration.path("effect").equals(taint.path("effect"));
                boolean key = !toleration.has("key") || toleration.path("key").equals(taint.path("key"));
                boolean value = toleration.path("operator").asText("Equal").equals("Exists")
                        || toleration
                                .path("value")
                                .asText("")
                                .equals(taint.path("value").asText(""));
                if (effect && key && value) {
                    return true;
                }
            }
            return false;
        });
    }

    private static boolean selected(JsonNode node, JsonNode owner, SchedulingRules rules) {
        JsonNode labels = node.at("/metadata/labels");
        Map<String, String> selector = new HashMap<>(rules.selection().labels());
        owner.path("nodeSelector")
                .properties()
                .forEach(entry -> selector.put(entry.getKey(), entry.getValue().asText()));
        if (!selector.entrySet().stream()
                .allMatch(entry -> labels.path(entry.getKey()).asText("absent").equals(entry.getValue()))) {
            return false;
        }
        JsonNode terms =
                owner.at("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
        if (terms.isMissingNode()) {
            return true;
        }
        for (JsonNode term : terms) {
            boolean all = !term.isEmpty();
            for (JsonNode one : term.path("matchExpressions")) {
                all &= meets(labels.path(one.path("key").asText()).asText(null), one);
            }
            for (JsonNode one : term.path("matchFields")) {
                all &= meets(node.at("/metadata/name").asText(), one);
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private static boolean meets(@Nullable String found, JsonNode requirement) {
        List<String> values = new ArrayList<>();
        requirement.path("values").forEach(value -> values.add(value.asText()));
        return switch (requirement.path("operator").asText()) {
            case "In" -> values.contains(found);
            case "NotIn" -> !values.contains(found);
            case "Exists" -> found != null;
            case "DoesNotExist" -> found == null;
            case "Gt" ->
                found != null && found.matches("[0-9]+") && Integer.parseInt(found) > Integer.parseInt(values.get(0));
            default ->
                found != null && found.matches("[0-9]+") && Integer.parseInt(found) < Integer.parseInt(values.get(0));
        };
    }

    private static boolean needsFrequency(ObjectNode machine) {
        JsonNode domain = machine.at("/spec/template/spec/domain");
        for (JsonNode feature : domain.at("/cpu/features")) {
            if (feature.path("name").asText().equals("invtsc")
                    && Set.of("require", "force")
                            .contains(feature.path("policy").asText(""))) {
                return true;
            }
        }
        JsonNode reenlightenment = domain.at("/features/hyperv/reenlightenment");
        return !reenlightenment.isMissingNode()
                && reenlightenment.path("enabled").asBoolean(true);
    }

    private static ObjectNode randomNode(String name, Random random) {
        ObjectNode node = JSON.createObjectNode();
        node.putObject("spec").put("unschedulable", random.nextInt(6) == 0);
        ObjectNode labels = node.putObject("metadata").put("name", name).putObject("labels");
        labels.put("kubernetes.io/arch", "amd64");
        labels.put("kubevirt.io/schedulable", random.nextInt(8) > 0 ? "true" : "false");
        // A node without any feature label is not described, and so unknown.
        labels.put("cpu-feature.node.kubevirt.io/sse2", "true");
        labels.put("cpu-vendor.node.kubevirt.io/" + (random.nextInt(3) > 0 ? "Intel" : "AMD"), "true");
        FEATURES.forEach(feature -> maybe(labels, "cpu-feature.node.kubevirt.io/" + feature, 7, random));
        MODELS.forEach(model -> maybe(labels, "cpu-model.node.kubevirt.io/" + model, 8, random));
        MACHINE_TYPES.forEach(type -> maybe(labels, "machine-type.node.kubevirt.io/" + type, 4, random));
        HYPERV.forEach(feature -> maybe(labels, "hyperv.node.kubevirt.io/" + feature, 6, random));
        FREQUENCIES.forEach(hertz -> maybe(labels, "scheduling.node.kubevirt.io/tsc-frequency-" + hertz, 3, random));
        List.of("sev", "sev-es", "sev-snp", "tdx", "realtime")
                .forEach(key -> maybe(labels, "kubevirt.io/" + key, 3, random));
        labels.put("kubernetes.io/hostname", name);
        List.of("pool", "zone", "rack").forEach(key -> {
            if (random.nextInt(6) > 0) {
                labels.put(key, any(List.of("a", "a", "b", "7", "12"), random));
            }
        });
        ArrayNode taints = ((ObjectNode) node.path("spec")).putArray("taints");
        for (String key : TAINTS) {
            if (random.nextInt(8) == 0) {
                ObjectNode taint = taints.addObject().put("key", key);
                taint.put("effect", any(List.of("NoSchedule", "NoExecute", "PreferNoSchedule"), random));
                if (key.startsWith("node.kubernetes.io/")) {
                    taint.put("effect", "NoExecute");
                } else if (random.nextBoolean()) {
                    taint.put("value", any(List.of("a", "b"), random));
                }
            }
        }
        if (random.nextInt(6) == 0) {
            labels.put("node-labeller.kubevirt.io/obsolete-host-model", random.nextBoolean() ? "true" : "");
        }
        return node;
    }

    /** Mostly there, now and then with a value that nothing selects. */
    private static void maybe(ObjectNode labels, String key, int odds, Random random) {
        if (random.nextInt(odds) > 0) {
            labels.put(key, random.nextInt(20) > 0 ? "true" : "false");
        }
    }

    private static ObjectNode randomMachine(Random random) {
        ObjectNode machine = JSON.createObjectNode();
        machine.putObject("metadata").put("name", "vm").put("namespace", "shop");
        ObjectNode spec = machine.putObject("spec").putObject("template").putObject("spec");
        placement(spec, random);
        ObjectNode domain = spec.putObject("domain");
        if (random.nextBoolean()) {
            domain.putObject("machine").put("type", any(MACHINE_TYPES, random));
        }
        ObjectNode cpu = domain.putObject("cpu");
        if (random.nextInt(3) == 0) {
            cpu.put("model", any(List.of("host-model", "host-passthrough", "EPYC", "Nehalem"), random));
        }
        ArrayNode features = cpu.putArray("features");
        for (String feature : FEATURES) {
            if (random.nextInt(6) == 0) {
                ObjectNode entry = features.addObject().put("name", feature);
                String policy = any(List.of("", "require", "force", "optional", "disable", "forbid"), random);
                if (!policy.isEmpty()) {
                    entry.put("policy", policy);
                }
            }
        }
        if (random.nextInt(8) == 0) {
            cpu.putObject("realtime");
        }
        if (random.nextInt(3) == 0) {
            ObjectNode hyperv = domain.putObject("features").putObject("hyperv");
            for (String feature : HYPERV) {
                if (random.nextInt(4) == 0) {
                    ObjectNode state = hyperv.putObject(feature);
                    if (random.nextBoolean()) {
                        // One that is off must not be needed by another: KubeVirt refuses that.
                        state.put(
                                "enabled",
                                !Set.of("reset", "runtime", "reenlightenment").contains(feature)
                                        || random.nextBoolean());
                    }
                }
            }
            if (random.nextInt(4) == 0) {
                hyperv.putObject("evmcs");
            }
        }
        if (random.nextInt(6) == 0) {
            ObjectNode security = domain.putObject("launchSecurity");
            switch (random.nextInt(4)) {
                case 0 -> security.putObject("sev");
                case 1 -> security.putObject("sev").putObject("policy").put("encryptedState", true);
                case 2 -> security.putObject("snp");
                default -> security.putObject("tdx");
            }
        }
        return machine;
    }

    private static void placement(ObjectNode spec, Random random) {
        if (random.nextInt(4) == 0) {
            ObjectNode selector = spec.putObject("nodeSelector");
            selector.put(any(List.of("zone", "rack", "pool"), random), any(List.of("a", "b"), random));
            if (random.nextInt(3) == 0) {
                selector.put("kubernetes.io/hostname", "n" + random.nextInt(4));
            }
            if (random.nextInt(4) == 0) {
                selector.put("cpu-vendor.node.kubevirt.io/Intel", "true");
            }
        }
        if (random.nextInt(4) == 0) {
            ArrayNode terms = spec.putObject("affinity")
                    .putObject("nodeAffinity")
                    .putObject("requiredDuringSchedulingIgnoredDuringExecution")
                    .putArray("nodeSelectorTerms");
            for (int i = 0; i < 1 + random.nextInt(2); i++) {
                ObjectNode term = terms.addObject();
                if (random.nextInt(4) == 0) {
                    requirement(
                            term.putArray("matchFields"),
                            "metadata.name",
                            any(List.of("In", "NotIn"), random),
                            "n" + random.nextInt(4));
                }
                if (random.nextInt(8) > 0) {
                    ArrayNode expressions = term.putArray("matchExpressions");
                    for (int j = 0; j < 1 + random.nextInt(2); j++) {
                        String operator = any(List.of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"), random);
                        String key = any(List.of("zone", "rack", "pool"), random);
                        switch (operator) {
                            case "In", "NotIn" -> requirement(expressions, key, operator, "a", "7");
                            case "Gt", "Lt" -> requirement(expressions, key, operator, "9");
                            default -> requirement(expressions, key, operator);
                        }
                    }
                }
            }
        }
        if (random.nextInt(2) == 0) {
            ArrayNode tolerations = spec.putArray("tolerations");
            for (int i = 0; i < 1 + random.nextInt(2); i++) {
                ObjectNode toleration = tolerations.addObject();
                boolean exists = random.nextBoolean();
                if (exists) {
                    toleration.put("operator", "Exists");
                } else {
                    toleration.put("value", any(List.of("a", "b"), random));
                }
                if (!exists || random.nextInt(4) > 0) {
                    toleration.put("key", any(TAINTS, random));
                }
                if (random.nextBoolean()) {
                    toleration.put("effect", any(List.of("NoSchedule", "NoExecute"), random));
                }
            }
        }
    }

    private static void requirement(ArrayNode list, String key, String operator, String... values) {
        ArrayNode all =
                list.addObject().put("key", key).put("operator", operator).putArray("values");
        List.of(values).forEach(all::add);
    }

    private static <T> T any(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }
}
