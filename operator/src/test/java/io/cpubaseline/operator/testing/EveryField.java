package io.cpubaseline.operator.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Objects with every field that commands read, and the same with one value of another type. */
public final class EveryField {

    private static final String OBJECTS = """
            {"apiVersion":"v1","kind":"List","items":[
            {"apiVersion":"kubevirt.io/v1","kind":"KubeVirt","metadata":{"name":"kubevirt","namespace":"kubevirt"},
             "spec":{"configuration":{"machineType":"q35","cpuModel":"host-model","obsoleteCPUModels":{"486":true},
              "architectureConfiguration":{"amd64":{"machineType":"q35"}},
              "developerConfiguration":{"minimumClusterTSCFrequency":2000000000,"useEmulation":false,"cpuAllocationRatio":10,
               "memoryOvercommit":100,"nodeSelectors":{"pool":"vms"},"featureGates":["HypervStrictCheck"]}}},
             "status":{"phase":"Deployed","observedKubeVirtVersion":"v1.8.4"}},
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"n","labels":{"kubevirt.io/schedulable":"true","pool":"vms",
              "kubernetes.io/arch":"amd64","cpu-model.node.kubevirt.io/Haswell":"true","cpu-vendor.node.kubevirt.io/Intel":"true",
              "machine-type.node.kubevirt.io/q35":"true","hyperv.node.kubevirt.io/vpindex":"true","zone":"a"}},
             "spec":{"unschedulable":false,"taints":[{"key":"dedicated","value":"vms","effect":"NoSchedule"}]},
             "status":{"allocatable":{"cpu":"4","memory":"8Gi","devices.kubevirt.io/kvm":"1k"},
              "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],
              "nodeInfo":{"architecture":"amd64","operatingSystem":"linux","bootID":"b"}}},
            {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"team":"a"},
              "annotations":{"cpubaseline.io/adopt":"true"}}},
            {"apiVersion":"cpubaseline.io/v1alpha1","kind":"ClusterCpuBaseline","metadata":{"name":"intel"},
             "spec":{"nodeSelector":{"matchLabels":{"pool":"vms"}},
              "virtualMachines":{"mode":"Patch","namespaceSelector":{"matchLabels":{"team":"a"}},"selector":{"matchLabels":{"tier":"gold"}}}}},
            {"apiVersion":"instancetype.kubevirt.io/v1beta1","kind":"VirtualMachineInstancetype",
             "metadata":{"name":"big","namespace":"shop"},
             "spec":{"cpu":{"guest":2,"model":"Haswell","dedicatedCPUPlacement":false},"memory":{"guest":"1Gi"},
              "nodeSelector":{"zone":"a"}}},
            {"apiVersion":"instancetype.kubevirt.io/v1beta1","kind":"VirtualMachinePreference",
             "metadata":{"name":"windows","namespace":"shop"},
             "spec":{"machine":{"preferredMachineType":"q35"},"preferredArchitecture":"amd64",
              "cpu":{"preferredCPUFeatures":[{"name":"aes","policy":"optional"}]},
              "features":{"preferredHyperv":{"vpindex":{"enabled":true}}}}},
            {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine","metadata":{"name":"typed","namespace":"shop","uid":"t"},
             "spec":{"instancetype":{"name":"big","kind":"VirtualMachineInstancetype"},
              "preference":{"name":"windows","kind":"VirtualMachinePreference"},
              "template":{"spec":{"tolerations":[{"key":"dedicated","operator":"Exists"}],"domain":{"devices":{}}}}}},
            {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine","metadata":{"name":"db","namespace":"shop","uid":"u","generation":3,
              "labels":{"cpubaseline.io/baseline":"intel"},"annotations":{"cpubaseline.io/baseline":"intel"},
              "ownerReferences":[{"apiVersion":"v1","kind":"X","name":"x","controller":true}],
              "managedFields":[{"manager":"kubectl","operation":"Apply","fieldsV1":{"f:spec":{"f:template":{"f:spec":
               {"f:domain":{"f:cpu":{"f:model":{}}}}}}}}]},
             "spec":{"runStrategy":"Always","template":{"metadata":{"labels":{"tier":"gold"},"annotations":{"cpubaseline.io/skip":"false"}},
              "spec":GUEST}}},
            {"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstance","metadata":{"name":"web","namespace":"shop","uid":"i",
              "creationTimestamp":"2026-01-01T00:00:00Z",
              "ownerReferences":[{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachine","name":"web","controller":true}]},
             "spec":GUEST,
             "status":{"phase":"Running","nodeName":"n1","machine":{"type":"q35"},"topologyHints":{"tscFrequency":2000000000},
              "conditions":[{"type":"LiveMigratable","status":"True","reason":"r","message":"m"},
               {"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],
              "migrationState":{"failed":true,"failureReason":"lost","targetNode":"n2"},
              "phaseTransitionTimestamps":[{"phase":"Running","phaseTransitionTimestamp":"2026-01-01T00:00:00Z"}]}},
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"launcher","namespace":"shop","uid":"p",
              "labels":{"kubevirt.io/created-by":"i"},"annotations":{"other":"x"}},
             "spec":{"nodeName":"n1","nodeSelector":{"zone":"a"},
              "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
               {"labelSelector":{"matchLabels":{"kubevirt.io/created-by":"i"}}}]}},
              "topologySpreadConstraints":[{"whenUnsatisfiable":"ScheduleAnyway"}],
              "containers":[{"restartPolicy":"Always","resources":{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"devices.kubevirt.io/kvm":"1"}}}],
              "initContainers":[{"resources":{"requests":{"memory":"1Gi"}}}],"resources":{"requests":{"cpu":"2"}},
              "overhead":{"memory":"10Mi"}},
             "status":{"phase":"Running"}}
            ]}""".replace("GUEST", """
            {"architecture":"amd64","nodeSelector":{"zone":"a"},
             "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
              {"matchExpressions":[{"key":"zone","operator":"In","values":["a"]}],
               "matchFields":[{"key":"metadata.name","operator":"NotIn","values":["n9"]}]}]}}},
             "tolerations":[{"key":"dedicated","operator":"Equal","value":"vms","effect":"NoSchedule"}],
             "domain":{"cpu":{"model":"Haswell","features":[{"name":"hle","policy":"disable"}],"cores":1,"sockets":1,"threads":1,
               "dedicatedCpuPlacement":false},
              "machine":{"type":"q35"},"memory":{"guest":"1Gi"},
              "resources":{"requests":{"cpu":"500m","memory":"1Gi"},"limits":{"cpu":"1","memory":"2Gi"}},
              "features":{"hyperv":{"vpindex":{"enabled":true}}},
              "launchSecurity":{"sev":{"policy":{"encryptedState":false}}}}}""");

    private EveryField() {}

    /** The objects as they should be. */
    public static String objects() {
        return text(tree());
    }

    /** A value of another type, and where it is. */
    public record Broken(String where, String text) {}

    /** The objects with one of their values as a value of other types, for each value. */
    public static List<Broken> broken() {
        List<Broken> all = new ArrayList<>();
        List<String> pointers = new ArrayList<>();
        addPointers(tree().path("items"), "/items", pointers);
        JsonNodeFactory make = JsonNodeFactory.instance;
        for (String pointer : pointers) {
            JsonNode value = tree().at(pointer);
            List<JsonNode> others = new ArrayList<>();
            if (value.isContainerNode()) {
                others.add(make.textNode("two"));
            } else {
                others.add(value.isTextual() ? make.numberNode(-7) : make.textNode("two"));
                others.add(make.objectNode().put("two", 2));
            }
            for (JsonNode other : others) {
                JsonNode tree = tree();
                int last = pointer.lastIndexOf('/');
                String name = pointer.substring(last + 1).replace("~1", "/").replace("~0", "~");
                JsonNode parent = tree.at(pointer.substring(0, last));
                if (parent instanceof ObjectNode object) {
                    object.set(name, other);
                } else if (parent instanceof ArrayNode list) {
                    list.set(Integer.parseInt(name), other);
                }
                all.add(new Broken(pointer + " = " + other, text(tree)));
            }
        }
        return all;
    }

    private static void addPointers(JsonNode value, String pointer, List<String> all) {
        if (value.isObject()) {
            value.properties()
                    .forEach(entry -> addOne(
                            entry.getValue(),
                            pointer + "/" + entry.getKey().replace("~", "~0").replace("/", "~1"),
                            all));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                addOne(value.path(i), pointer + "/" + i, all);
            }
        }
    }

    private static void addOne(JsonNode value, String pointer, List<String> all) {
        all.add(pointer);
        addPointers(value, pointer, all);
    }

    private static JsonNode tree() {
        try {
            return Json.MAPPER.readTree(OBJECTS);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(JsonNode tree) {
        return Json.text(tree);
    }
}
