package io.cpubaseline.operator.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import java.io.IOException;
import java.util.TreeMap;

/**
 * Writes MutatingAdmissionPolicyBindings, one per baseline: the baseline is their parameter, and their owner, so that they go with it. The API
 * server lets only somebody bind with a parameter who may read that.
 */
public final class BindingWriter {

    private static final String GROUP_VERSION = "admissionregistration.k8s.io/v1";
    private static final String FIELD_MANAGER = "cpu-baseline";
    private static final String PREFIX = "cpu-baseline.";

    private final ApiServer api;

    public BindingWriter(ApiServer api) {
        this.api = api;
    }

    /** The name of a baseline's binding. */
    static String nameOf(String baseline) {
        return PREFIX + baseline;
    }

    /** Whether a binding has such a name. */
    static boolean isOfBaseline(String binding) {
        return binding.startsWith(PREFIX);
    }

    /** The baseline whose binding has that name, see {@link #isOfBaseline}. */
    static String baselineOf(String binding) {
        return binding.substring(PREFIX.length());
    }

    /**
     * What a baseline's binding says. Nothing happens where the baseline can't be found: a policy that refuses instances would stop machines.
     *
     * @param policy the name of the policy that is bound
     */
    static ObjectNode spec(String policy, String baseline, VirtualMachineIntent intent) {
        ObjectNode spec = Json.MAPPER.createObjectNode();
        spec.put("policyName", policy);
        spec.putObject("paramRef").put("name", baseline).put("parameterNotFoundAction", "Allow");
        ObjectNode resources = spec.putObject("matchResources");
        resources.put("matchPolicy", "Equivalent");
        resources.set("namespaceSelector", labelSelector(intent.namespaces()));
        resources.set("objectSelector", labelSelector(intent.selector()));
        return spec;
    }

    private static ObjectNode labelSelector(Selector selector) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        if (!selector.matchLabels().isEmpty()) {
            ObjectNode labels = node.putObject("matchLabels");
            new TreeMap<>(selector.matchLabels()).forEach(labels::put);
        }
        if (!selector.expressions().isEmpty()) {
            ArrayNode terms = node.putArray("matchExpressions");
            selector.expressions().forEach(expression -> {
                ObjectNode term = terms.addObject()
                        .put("key", expression.key())
                        .put("operator", expression.operator().name());
                if (!expression.values().isEmpty()) {
                    ArrayNode values = term.putArray("values");
                    expression.values().stream().sorted().forEach(values::add);
                }
            });
        }
        return node;
    }

    /**
     * Creates a baseline's binding, or makes it say this.
     *
     * @throws IOException if there is no answer
     */
    Answer apply(ClusterCpuBaseline baseline, ObjectNode spec) throws IOException {
        String name = nameOf(baseline.getMetadata().getName());
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", GROUP_VERSION).put("kind", "MutatingAdmissionPolicyBinding");
        ObjectNode metadata = body.putObject("metadata").put("name", name);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", ClusterCpuBaseline.GROUP + "/" + ClusterCpuBaseline.VERSION)
                .put("kind", "ClusterCpuBaseline")
                .put("name", baseline.getMetadata().getName())
                .put("uid", baseline.getMetadata().getUid());
        body.set("spec", spec);
        return ApiServer.await(api.apply(path(name), FIELD_MANAGER, /* force= */ true, Json.text(body)));
    }

    /**
     * Deletes a baseline's binding.
     *
     * @throws IOException if there is no answer
     */
    Answer delete(String baseline) throws IOException {
        return ApiServer.await(api.delete(path(nameOf(baseline))));
    }

    private static String path(String name) {
        return "/apis/%s/mutatingadmissionpolicybindings/%s".formatted(GROUP_VERSION, name);
    }
}
