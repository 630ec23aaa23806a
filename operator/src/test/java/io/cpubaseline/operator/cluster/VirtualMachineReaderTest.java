package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.Toleration;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.watch.ObjectReader;
import io.cpubaseline.virtualmachine.Annotations;
import io.cpubaseline.virtualmachine.InstanceBuilder;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Marks;
import io.cpubaseline.virtualmachine.Owned;
import io.cpubaseline.virtualmachine.Power;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualMachineReaderTest {

    /** As an API server 1.36 with KubeVirt's resources stores it, after Argo CD, virt-api, kubectl and this operator. */
    private static final String STORED = """
            {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine","metadata":{
              "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\\"spec\\":{}}","kubevirt.io/latest-observed-api-version":"v1"},
              "creationTimestamp":"2026-11-22T06:26:46Z","finalizers":["kubevirt.io/virtualMachineControllerFinalize"],"generation":4,
              "managedFields":[
                {"apiVersion":"kubevirt.io/v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{"f:cpubaseline.io/baseline":{},"f:cpubaseline.io/revision":{}}},"f:spec":{"f:template":{"f:spec":{"f:domain":{"f:cpu":{"f:features":{},"f:model":{}}},"f:nodeSelector":{"f:cpu-vendor.node.kubevirt.io/Intel":{}}}}}},"manager":"cpu-baseline.main","operation":"Apply","time":"2026-11-22T06:26:47Z"},
                {"apiVersion":"kubevirt.io/v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:x":{}},"f:labels":{".":{},"f:cpubaseline.io/baseline":{},"f:team":{}}},"f:spec":{".":{},"f:runStrategy":{},"f:template":{".":{},"f:metadata":{".":{},"f:labels":{".":{},"f:app":{}}},"f:spec":{".":{},"f:domain":{".":{},"f:cpu":{".":{},"f:cores":{},"f:model":{}},"f:devices":{}},"f:nodeSelector":{".":{},"f:disk":{}}}}}},"manager":"argocd-controller","operation":"Update","time":"2026-11-22T06:26:46Z"},
                {"apiVersion":"kubevirt.io/v1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{".":{},"f:conditions":{},"f:printableStatus":{}}},"manager":"virt-controller","operation":"Update","subresource":"status","time":"2026-11-22T06:27:46Z"}],
              "labels":{"cpubaseline.io/baseline":"main","cpubaseline.io/revision":"Haswell-0123456789","team":"shop"},
              "name":"web","namespace":"shop","ownerReferences":[{"apiVersion":"example.org/v1","kind":"Application","name":"x","uid":"1"}],
              "resourceVersion":"294","uid":"1ad0652f-d1f8-44b5-8167-0d823a80d725"},
             "spec":{"dataVolumeTemplates":[{"metadata":{"name":"root"},"spec":{"source":{"http":{"url":"x"}}}}],"runStrategy":"Always",
              "template":{"metadata":{"annotations":{"vm.kubevirt.io/os":"linux"},"creationTimestamp":null,"labels":{"app":"web","tier":"front"}},
               "spec":{"architecture":"amd64","nodeSelector":{"disk":"fast","cpu-vendor.node.kubevirt.io/Intel":"true"},"domain":{"cpu":{"cores":2,"features":[{"name":"aes","policy":"require"},{"name":"vmx"}],"maxSockets":4,"model":"Haswell"},
                "devices":{"disks":[{"disk":{"bus":"virtio"},"name":"root"}]},"features":{"acpi":{"enabled":true},"hyperv":{"relaxed":{"enabled":true}}},"firmware":{"uuid":"5d307ca9"},"machine":{"type":"q35"},"resources":{"requests":{"memory":"1Gi"}}},
                "networks":[{"name":"default","pod":{}}],"volumes":[{"dataVolume":{"name":"root"},"name":"root"}]}}},
             "status":{"conditions":[{"type":"Ready","status":"True"}],"printableStatus":"Running"}}""";

    @Test
    void aStoredVmIsReduced() throws IOException {
        assertThat(read(STORED))
                .isEqualTo(new VirtualMachineSnapshot(
                        "shop",
                        "web",
                        "1ad0652f-d1f8-44b5-8167-0d823a80d725",
                        4,
                        Map.of("app", "web", "tier", "front"),
                        "amd64",
                        "Haswell",
                        List.of(new Feature("aes", "require"), new Feature("vmx", "")),
                        Set.of("cpu-baseline.main", "argocd-controller"),
                        Set.of("cpu-baseline.main"),
                        new Marks(
                                new Owned("main", Set.of("cpu-baseline.main", "argocd-controller")),
                                new Owned("Haswell-0123456789", Set.of("cpu-baseline.main")),
                                Map.of("Intel", new Owned("true", Set.of("cpu-baseline.main")))),
                        false,
                        true,
                        false,
                        new GuestShape(
                                "q35",
                                Set.of(),
                                false,
                                false,
                                0,
                                Set.of(),
                                List.of("aes", "vmx"),
                                List.of(),
                                new Placement(
                                        NodeSelection.ofLabels(
                                                Map.of("disk", "fast", "cpu-vendor.node.kubevirt.io/Intel", "true")),
                                        List.of())),
                        new NodeCapacity(2_000, 1L << 30),
                        new Power("Always", false),
                        false,
                        false,
                        false,
                        Annotations.NONE,
                        Set.of("cpu-baseline.main")));
    }

    @Test
    void aStatusUpdateIsNoChange() throws IOException {
        String later = STORED.replace("\"294\"", "\"300\"")
                .replace("Running", "Stopped")
                .replace("06:27:46", "09:00:00");
        assertThat(read(later)).isEqualTo(read(STORED));
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"spec\":{\"runStrategy\":\"Manual\"}}', Manual, false",
        "'{\"spec\":{\"running\":true}}', Always, false",
        "'{\"spec\":{\"running\":false}}', Halted, false",
        "'{\"spec\":{}}', '', false",
        "'{\"status\":{\"stateChangeRequests\":[{\"action\":\"Stop\",\"uid\":\"1\"}]}}', '', true",
        "'{\"status\":{\"stateChangeRequests\":[]}}', '', false",
        "'{\"status\":{\"stateChangeRequests\":null}}', '', false"
    })
    void whenItRunsIsSeen(String object, String runStrategy, boolean changing) throws IOException {
        assertThat(read(object).power()).isEqualTo(new Power(runStrategy, changing));
    }

    @Test
    void whetherItMayBeRestartedIsSeen() throws IOException {
        assertThat(metadata("{\"annotations\":{\"cpubaseline.io/restart\":\"allowed\"}}")
                        .annotations())
                .isEqualTo(new Annotations("", false, false, false, "allowed"));
    }

    @Test
    void whatMakesAVmSpecialIsSeen() throws IOException {
        assertThat(spec("{\"instancetype\":{\"name\":\"u1.small\"}}").instancetype())
                .isTrue();
        assertThat(spec("{\"instancetype\":null}").instancetype()).isFalse();
        assertThat(spec("{\"runStrategy\":\"WaitAsReceiver\"}").power().waitsAsReceiver())
                .isTrue();
        assertThat(domain("{\"launchSecurity\":{\"sev\":{}}}").confidential()).isTrue();
        assertThat(domain("{\"cpu\":{\"sockets\":1}}").cpuTopology()).isTrue();
        assertThat(domain("{\"cpu\":{\"threads\":0,\"maxSockets\":4,\"model\":\"x\"}}")
                        .cpuTopology())
                .isFalse();
        assertThat(metadata("{\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"}").deleting())
                .isTrue();
        assertThat(metadata("{\"ownerReferences\":[{\"kind\":\"VirtualMachinePool\",\"name\":\"p\"}]}")
                        .poolOwned())
                .isTrue();
        assertThat(metadata("{\"annotations\":{\"cpubaseline.io/skip\":\"true\"}}")
                        .optedOut())
                .isTrue();
        assertThat(metadata("{\"annotations\":{\"cpubaseline.io/baseline\":\"intel\"}}")
                        .annotations())
                .isEqualTo(new Annotations("intel", false, false, false, ""));
        assertThat(metadata("{\"annotations\":{\"cpubaseline.io/adopt\":\"true\"}}")
                        .annotations())
                .isEqualTo(new Annotations("", true, false, false, ""));
        assertThat(metadata("{\"annotations\":{\"cpubaseline.io/adopt\":\"yes\"}}")
                        .annotations())
                .isEqualTo(Annotations.NONE);
        assertThat(metadata("{\"annotations\":{\"restore.kubevirt.io/lastRestoreUID\":\"tmp-restore-7\"}}")
                        .annotations())
                .isEqualTo(new Annotations("", false, true, false, ""));
        assertThat(spec("{\"template\":{\"metadata\":{\"annotations\":{\"cpubaseline.io/baseline\":\"intel\"}}}}")
                        .annotations())
                .isEqualTo(Annotations.NONE);
        assertThat(metadata("{\"annotations\":{\"cpubaseline.io/skip\":\"false\"}}")
                        .optedOut())
                .isFalse();
        assertThat(spec("{\"template\":{\"metadata\":{\"annotations\":{\"cpubaseline.io/skip\":\"true\"}}}}")
                        .optedOut())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "7",
                "{\"metadata\":7,\"spec\":\"x\"}",
                "{\"metadata\":{\"name\":{},\"labels\":[],\"managedFields\":{\"a\":1},\"ownerReferences\":[[[]],7]}}",
                "{\"metadata\":{\"managedFields\":[null,7,{\"fieldsV1\":[{}],\"manager\":{}}]}}",
                "{\"spec\":{\"template\":{\"spec\":{\"domain\":{\"cpu\":[{}],\"features\":7}}}}}",
                "{\"spec\":{\"template\":{\"spec\":{\"domain\":{\"cpu\":{\"features\":{\"a\":[]},\"cores\":\"2\",\"model\":null}}}}}}",
                "{\"metadata\":{\"labels\":{\"cpubaseline.io/baseline\":{}},\"managedFields\":[{\"manager\":\"x\",\"fieldsV1\":{\"f:metadata\":{\"f:labels\":[7]},\"f:spec\":{\"f:template\":null}}}]}}",
                "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":[{}]}}}}",
                "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"a\":1,\"b\":null,\"c\":\"d\"}}}}}"
            })
    void oddContentCountsAsMissing(String odd) throws IOException {
        VirtualMachineSnapshot vm = read(odd);
        assertThat(vm.model()).isEmpty();
        assertThat(vm.cpuTopology()).isFalse();
        assertThat(vm.modelManagers()).isEmpty();
        assertThat(vm.marks()).isEqualTo(Marks.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"phase\":\"Running\",\"phaseTransitionTimestamps\":[{\"phase\":\"Scheduled\",\"phaseTransitionTimestamp\":\"2026-01-01T00:00:10Z\"},{\"phase\":\"Running\",\"phaseTransitionTimestamp\":\"2026-01-01T00:00:20Z\"}]|1767225620|''",
                "\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":\"2026-01-01T00:00:30Z\"}]|1767225630|''",
                // By a clock that is slow.
                "\"phase\":\"Running\",\"phaseTransitionTimestamps\":[{\"phase\":\"Running\",\"phaseTransitionTimestamp\":\"2025-01-01T00:00:20Z\"}]|1767225607|''",
                "\"phase\":\"Scheduled\",\"phaseTransitionTimestamps\":[{\"phase\":\"Running\",\"phaseTransitionTimestamp\":\"2026-01-01T00:00:20Z\"}]|0|''",
                "\"phase\":\"Running\",\"phaseTransitionTimestamps\":[7,{\"phase\":{}},[]],\"conditions\":[null,{\"type\":\"Ready\",\"status\":true}]|0|''",
                "\"phase\":\"Scheduling\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\",\"message\":\"0/7 nodes\"}]|0|0/7 nodes",
                "\"phase\":\"Scheduling\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"True\",\"reason\":\"\",\"message\":\"x\"}]|0|''",
            })
    void anInstanceTellsSinceWhenItRunsAndWhyItFindsNoNode(String status, long since, String unschedulable)
            throws IOException {
        InstanceSnapshot instance = read(
                "{\"metadata\":{\"name\":\"web\",\"creationTimestamp\":\"2026-01-01T00:00:07Z\"},\"status\":{" + status
                        + "}}",
                new InstanceReader());
        assertThat(instance.runningSince()).isEqualTo(since);
        assertThat(instance.unschedulable()).isEqualTo(unschedulable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"annotations\":{\"kubevirt.io/vm-generation\":\"1\",\"cpubaseline.io/first-start\":\"Nehalem-0123456789\"}|Nehalem-0123456789",
                "\"deletionTimestamp\":\"2026-01-01T00:00:07Z\",\"annotations\":{\"cpubaseline.io/first-start\":\"Nehalem-0123456789\"}|''",
                "\"annotations\":{\"cpubaseline.io/skip\":\"true\"}|''"
            })
    void anInstanceTellsWhatItGotWhenItWasCreatedUntilItIsDeleted(String metadata, String given) throws IOException {
        assertThat(read("{\"metadata\":{\"name\":\"web\"," + metadata + "}}", new InstanceReader())
                        .given())
                .isEqualTo(given);
    }

    @Test
    void anInstanceIsReduced() throws IOException {
        String instance = """
                {"metadata":{"name":"web","namespace":"shop","uid":"u-9","creationTimestamp":"2026-01-01T00:00:07Z","ownerReferences":[
                   {"apiVersion":"kubevirt.io/v1","blockOwnerDeletion":true,"controller":true,"kind":"VirtualMachine","name":"web","uid":"u-1"}]},
                 "spec":{"nodeSelector":{"zone":"a"},"tolerations":[{"key":"gpu","operator":"Exists"}],"domain":{"cpu":{"cores":2,"model":"host-model","features":[{"name":"vmx","policy":"disable"},{"name":"pcid","policy":"require"},{"name":"aes"}]},
                   "machine":{"type":"q35"},"memory":{"guest":"4Gi","hugepages":{"pageSize":"2Mi"}},"features":{"hyperv":{"reenlightenment":{"enabled":true}}}}},
                 "status":{"phase":"Running","nodeName":"n1","conditions":[],"machine":{"type":"pc-q35-9.6"},
                   "topologyHints":{"tscFrequency":2800000000}}}""";

        assertThat(read(instance, new InstanceReader()))
                .isEqualTo(InstanceBuilder.instance("web")
                        .namespace("shop")
                        .uid("u-9")
                        .created(1_767_225_607)
                        .cpu("host-model", List.of("aes", "pcid"))
                        .phase("Running")
                        .on("n1")
                        .shape(new GuestShape(
                                "pc-q35-9.6",
                                Set.of("reenlightenment"),
                                false,
                                true,
                                2_800_000_000L,
                                Set.of(),
                                List.of("aes", "pcid"),
                                List.of(),
                                new Placement(
                                        NodeSelection.ofLabels(Map.of("zone", "a")),
                                        List.of(new Toleration("gpu", "Exists", "", "")))))
                        .size(2, 4L << 30)
                        .build());
        assertThat(read(instance.replace("\"controller\":true,", ""), new InstanceReader())
                        .virtualMachine())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"cpu\":{\"cores\":2,\"sockets\":3,\"threads\":2},\"memory\":{\"guest\":\"2Gi\"}}|12|2048",
                "{\"cpu\":{\"sockets\":4,\"cores\":0},\"memory\":{\"guest\":\"2Gi\"},\"resources\":{\"requests\":{\"memory\":\"1Gi\",\"cpu\":\"100m\"}}}|4|2048",
                "{\"memory\":{\"guest\":\"512Mi\"}}|1|512",
                "{\"resources\":{\"requests\":{\"memory\":\"1Gi\",\"cpu\":2}}}|2|1024",
                "{\"resources\":{\"requests\":{\"memory\":\"1Gi\",\"cpu\":\"2100m\"}}}|3|1024",
                "{\"resources\":{\"limits\":{\"memory\":\"3Gi\",\"cpu\":\"4\"},\"requests\":{\"memory\":\"1Gi\",\"cpu\":2}}}|4|3072",
                "{\"resources\":{\"requests\":{\"memory\":1073741824}}}|1|1024",
                // An instancetype has it, or nobody.
                "{\"cpu\":{\"cores\":2}}|0|0",
                "{}|0|0",
                // Nonsense.
                "{\"cpu\":{\"cores\":-2,\"sockets\":\"x\"},\"memory\":{\"guest\":\"1Gi\"}}|1|1024",
                "{\"memory\":{\"guest\":{}},\"resources\":[]}|0|0",
                "{\"memory\":{\"guest\":null},\"resources\":{\"requests\":{\"memory\":\"lots\"}}}|0|0",
            })
    void whatAGuestAsksForIsWhatKubeVirtGivesIt(String domain, long cores, long mebibytes) throws IOException {
        NodeCapacity expected = new NodeCapacity(1000 * cores, mebibytes << 20);
        assertThat(domain(domain).size()).isEqualTo(expected);
        assertThat(read("{\"spec\":{\"domain\":" + domain + "}}", new InstanceReader())
                        .size())
                .isEqualTo(expected);
    }

    @Test
    void absurdSizesStayNumbers() throws IOException {
        String most = "9223372036854775807";
        NodeCapacity size = domain(
                        "{\"cpu\":{\"cores\":%s,\"sockets\":%s,\"threads\":%s},\"memory\":{\"guest\":\"999999Ei\"}}"
                                .formatted(most, most, most))
                .size();
        assertThat(size.cores()).isEqualTo(1L << 48);
        assertThat(size.memory()).isEqualTo(Long.MAX_VALUE);
        assertThat(domain("{\"memory\":{\"guest\":\"1Gi\"},\"resources\":{\"limits\":{\"cpu\":\"1e18\"}}}")
                        .size()
                        .cores())
                .isEqualTo(1L << 16);
    }

    @Test
    void whatKubeVirtSelectsNodesByIsSeen() throws IOException {
        assertThat(domain("{\"machine\":{\"type\":\"pc-q35-9.6\"}}").shape().machineType())
                .isEqualTo("pc-q35-9.6");
        assertThat(hyperv("{\"synictimer\":{\"direct\":{}},\"relaxed\":{},\"ipi\":{\"enabled\":false},\"reset\":null}")
                        .hyperv())
                .containsExactlyInAnyOrder("synictimer", "synic", "vpindex");
        assertThat(hyperv("{\"tlbflush\":{}}").hyperv()).containsExactlyInAnyOrder("tlbflush", "vpindex");
        assertThat(hyperv("{\"reenlightenment\":{}}").fixedTsc()).isTrue();
        assertThat(hyperv("{\"reenlightenment\":{\"enabled\":false}}").fixedTsc())
                .isFalse();
        assertThat(features("[{\"name\":\"invtsc\",\"policy\":\"require\"}]").fixedTsc())
                .isTrue();
        assertThat(features("[{\"name\":\"invtsc\"}]").fixedTsc()).isFalse();
        assertThat(hyperv("{\"evmcs\":{}}").features()).containsExactly("vmx");
        assertThat(hyperv("{\"evmcs\":{\"enabled\":false}}")).isEqualTo(GuestShape.plain());
        assertThat(
                        features(
                                "[{\"name\":\"b\"},{\"name\":\"a\",\"policy\":\"require\"},{\"name\":\"c\",\"policy\":\"forbid\"},{\"name\":\"d\",\"policy\":\"optional\"},{\"name\":\"b\"}]"))
                .isEqualTo(new GuestShape(
                        "",
                        Set.of(),
                        false,
                        false,
                        0,
                        Set.of(),
                        List.of("a", "b"),
                        List.of("c"),
                        Placement.anywhere()));
        assertThat(labels("{\"launchSecurity\":{\"sev\":{}}}")).containsExactlyInAnyOrder("kubevirt.io/sev");
        assertThat(labels("{\"launchSecurity\":{\"sev\":{\"policy\":{\"encryptedState\":true}}}}"))
                .containsExactlyInAnyOrder("kubevirt.io/sev", "kubevirt.io/sev-es");
        assertThat(labels("{\"launchSecurity\":{\"snp\":{}}}"))
                .containsExactlyInAnyOrder("kubevirt.io/sev", "kubevirt.io/sev-snp");
        assertThat(labels("{\"launchSecurity\":{\"tdx\":{}}}")).containsExactlyInAnyOrder("kubevirt.io/tdx");
        assertThat(labels("{\"cpu\":{\"realtime\":{},\"dedicatedCpuPlacement\":true}}"))
                .containsExactlyInAnyOrder("kubevirt.io/realtime", "kubevirt.io/cpumanager");
    }

    @Test
    void whatTheOwnerAsksOfNodesIsSeen() throws IOException {
        assertThat(spec("""
                        {"template":{"spec":{
                          "nodeSelector":{"zone":"a"},
                          "tolerations":[{"key":"gpu","value":"yes","effect":"NoSchedule","tolerationSeconds":7},{"operator":"Exists"}],
                          "affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"x"}]},"nodeAffinity":{
                            "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":{"matchExpressions":[{"key":"p","operator":"Exists"}]}}],
                            "requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
                              {"matchExpressions":[{"key":"rack","operator":"In","values":["1","2"]},{"key":"old","operator":"DoesNotExist"}]},
                              {"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}]}}}}}}
                        """).shape().placement())
                .isEqualTo(new Placement(
                        new NodeSelection(
                                Map.of("zone", "a"),
                                List.of(
                                        new Term(List.of(
                                                new Requirement(new Subject(false, "rack"), "In", List.of("1", "2")),
                                                new Requirement(new Subject(false, "old"), "DoesNotExist", List.of()))),
                                        new Term(List.of(new Requirement(
                                                new Subject(true, "metadata.name"), "In", List.of("n1")))))),
                        List.of(new Toleration("gpu", "", "yes", "NoSchedule"), new Toleration("", "Exists", "", ""))));
        assertThat(spec("""
                        {"template":{"spec":{"nodeSelector":[7],"tolerations":{"a":1},"affinity":{"nodeAffinity":[{}]}}}}
                        """).shape()).isEqualTo(GuestShape.plain());
    }

    @Test
    void equalShapesAreOneObject() throws IOException {
        assertThat(hyperv("{\"ipi\":{}}")).isSameAs(hyperv("{\"vpindex\":{\"enabled\":true},\"ipi\":{}}"));
    }

    private static GuestShape hyperv(String json) throws IOException {
        return domain("{\"features\":{\"hyperv\":" + json + "}}").shape();
    }

    private static GuestShape features(String json) throws IOException {
        return domain("{\"cpu\":{\"features\":" + json + "}}").shape();
    }

    private static Set<String> labels(String json) throws IOException {
        return domain(json).shape().labels();
    }

    private static VirtualMachineSnapshot metadata(String json) throws IOException {
        return read("{\"metadata\":" + json + "}");
    }

    private static VirtualMachineSnapshot spec(String json) throws IOException {
        return read("{\"spec\":" + json + "}");
    }

    private static VirtualMachineSnapshot domain(String json) throws IOException {
        return spec("{\"template\":{\"spec\":{\"domain\":" + json + "}}}");
    }

    private static VirtualMachineSnapshot read(String json) throws IOException {
        return read(json, new VirtualMachineReader());
    }

    /** Reads one object and checks that the parser stands at its end. */
    private static <V> V read(String json, ObjectReader<V> reader) throws IOException {
        try (JsonParser parser = Json.MAPPER.createParser("[" + json + ",\"next\"]")) {
            parser.nextToken();
            parser.nextToken();
            V view = reader.read(parser);
            parser.skipChildren();
            assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
            assertThat(parser.getText()).isEqualTo("next");
            return view;
        }
    }
}
