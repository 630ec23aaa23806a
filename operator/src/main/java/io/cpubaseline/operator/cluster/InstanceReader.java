package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.eachItem;
import static io.cpubaseline.operator.watch.JsonFields.seconds;
import static io.cpubaseline.operator.watch.JsonFields.shared;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads KubeVirt's VirtualMachineInstances. */
public final class InstanceReader implements ObjectReader<InstanceSnapshot> {

    /** The admission policy writes the revision here that it gives to an instance in place of its virtual machine. */
    static final String GIVEN = "cpubaseline.io/first-start";

    @Override
    public InstanceSnapshot read(JsonParser object) throws IOException {
        Draft draft = new Draft();
        each(object, (field, value) -> {
            switch (field) {
                case "metadata" -> each(value, draft::metadata);
                case "spec" -> each(value, draft::spec);
                case "status" -> each(value, draft::status);
                default -> {}
            }
        });
        return draft.finished();
    }

    @Override
    public ObjectName nameOf(InstanceSnapshot view) {
        return new ObjectName(view.namespace(), view.name());
    }

    private static final class Draft {
        private String namespace = "";
        private String name = "";
        private String uid = "";
        private long created;
        private String virtualMachine = "";
        private String model = "";
        private List<Feature> features = List.of();
        private String phase = "";
        private String nodeName = "";
        private long ready;
        private long runningSince;
        private String unschedulable = "";
        private String given = "";
        private final TraitDraft traits = new TraitDraft();
        private final ShapeDraft shape = new ShapeDraft();
        private final SizeDraft size = new SizeDraft();

        void metadata(String field, JsonParser value) throws IOException {
            switch (field) {
                case "namespace" -> namespace = shared(value);
                case "name" -> name = text(value);
                case "uid" -> uid = text(value);
                case "creationTimestamp" -> created = seconds(text(value));
                case "deletionTimestamp" -> traits.ending();
                case "annotations" -> each(value, this::annotation);
                case "ownerReferences" -> eachItem(value, this::owner);
                default -> {}
            }
        }

        private void annotation(String key, JsonParser value) throws IOException {
            if (key.equals(GIVEN)) {
                given = shared(value);
            }
        }

        private void owner(JsonParser reference) throws IOException {
            String[] kindAndName = {"", ""};
            boolean[] controller = {false};
            each(reference, (field, value) -> {
                switch (field) {
                    case "kind" -> kindAndName[0] = text(value);
                    case "name" -> kindAndName[1] = text(value);
                    case "controller" -> controller[0] = value.currentToken() == JsonToken.VALUE_TRUE;
                    default -> {}
                }
            });
            if (controller[0] && kindAndName[0].equals("VirtualMachine")) {
                virtualMachine = kindAndName[1].equals(name) ? name : kindAndName[1];
            }
        }

        void spec(String field, JsonParser value) throws IOException {
            switch (field) {
                case "domain" ->
                    each(value, (part, content) -> {
                        switch (part) {
                            case "cpu" -> each(content, this::cpu);
                            case "memory", "resources" -> size.domain(part, content);
                            case "rebootPolicy" -> traits.domain(part, content);
                            default -> shape.domain(part, content);
                        }
                    });
                case "nodeSelector" -> each(value, shape::nodeSelector);
                default -> shape.spec(field, value);
            }
        }

        private void cpu(String field, JsonParser value) throws IOException {
            switch (field) {
                case "model" -> model = shared(value);
                case "features" -> features = VirtualMachineReader.features(value);
                case "cores", "sockets", "threads" -> size.cpu(field, value);
                default -> shape.cpu(field, value);
            }
        }

        void status(String field, JsonParser value) throws IOException {
            switch (field) {
                case "phase" -> phase = shared(value);
                case "nodeName" -> nodeName = shared(value);
                case "conditions" -> eachItem(value, this::condition);
                case "phaseTransitionTimestamps" -> eachItem(value, this::phaseBegan);
                case "activePods", "migrationState", "changedBlockTracking" -> traits.status(field, value);
                default -> shape.status(field, value);
            }
        }

        private void condition(JsonParser condition) throws IOException {
            Map<String, String> texts = texts(condition);
            String type = texts.getOrDefault("type", "");
            String status = texts.getOrDefault("status", "");
            traits.condition(type, status);
            if (type.equals("Ready") && status.equals("True")) {
                ready = seconds(texts.getOrDefault("lastTransitionTime", ""));
            } else if (type.equals("PodScheduled")
                    && status.equals("False")
                    && texts.getOrDefault("reason", "").equals("Unschedulable")) {
                unschedulable = texts.getOrDefault("message", "");
            }
        }

        private void phaseBegan(JsonParser transition) throws IOException {
            Map<String, String> texts = texts(transition);
            if (texts.getOrDefault("phase", "").equals("Running")) {
                runningSince = seconds(texts.getOrDefault("phaseTransitionTimestamp", ""));
            }
        }

        private static Map<String, String> texts(JsonParser object) throws IOException {
            Map<String, String> texts = new HashMap<>();
            each(object, (field, value) -> texts.put(field, text(value)));
            return texts;
        }

        /** By virt-handler's clock, or by that of the pod's kubelet; never before the API server has created it. */
        private long since() {
            long began = runningSince == 0 ? ready : runningSince;
            return phase.equals("Running") && began != 0 ? Math.max(began, created) : 0;
        }

        InstanceSnapshot finished() {
            List<String> required = features.stream()
                    .filter(feature ->
                            feature.policy().isEmpty() || feature.policy().equals("require"))
                    .map(Feature::name)
                    .sorted()
                    .toList();
            return new InstanceSnapshot(
                    namespace,
                    name,
                    uid,
                    created,
                    virtualMachine,
                    model,
                    required,
                    phase,
                    nodeName,
                    shape.finished(features),
                    size.finished(),
                    since(),
                    unschedulable,
                    traits.isEnding() ? "" : given,
                    traits.finished());
        }
    }
}
