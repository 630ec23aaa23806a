package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.eachItem;
import static io.cpubaseline.operator.watch.JsonFields.number;
import static io.cpubaseline.operator.watch.JsonFields.present;
import static io.cpubaseline.operator.watch.JsonFields.shared;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import io.cpubaseline.operator.watch.Shared;
import io.cpubaseline.virtualmachine.Annotations;
import io.cpubaseline.virtualmachine.Marks;
import io.cpubaseline.virtualmachine.Owned;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Power;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads KubeVirt's VirtualMachines, of which a few hundred bytes are kept. */
public final class VirtualMachineReader implements ObjectReader<VirtualMachineSnapshot> {

    /** The annotation by which a VM, or the template of it, opts out. */
    static final String SKIP = "cpubaseline.io/skip";

    private static final Shared<List<Feature>> FEATURES = new Shared<>(64);

    private static final Shared<Marks> MARKS = new Shared<>(256);
    private static final Shared<Set<String>> MANAGERS = new Shared<>(256);
    private static final Shared<Annotations> ANNOTATIONS = new Shared<>(64);
    private static final Shared<Power> POWERS = new Shared<>(64);

    @Override
    public VirtualMachineSnapshot read(JsonParser object) throws IOException {
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
    public ObjectName nameOf(VirtualMachineSnapshot view) {
        return new ObjectName(view.namespace(), view.name());
    }

    /** Names and policies of {@code cpu.features}; equal ones are one object, since thousands of VMs carry the same baseline. */
    public static List<Feature> features(JsonParser value) throws IOException {
        List<Feature> features = new ArrayList<>();
        eachItem(value, item -> {
            String[] nameAndPolicy = {"", ""};
            each(item, (field, text) -> {
                switch (field) {
                    case "name" -> nameAndPolicy[0] = shared(text);
                    case "policy" -> nameAndPolicy[1] = shared(text);
                    default -> {}
                }
            });
            features.add(new Feature(nameAndPolicy[0], nameAndPolicy[1]));
        });
        return FEATURES.shared(List.copyOf(features));
    }

    private static final class Draft {
        private String namespace = "";
        private String name = "";
        private String uid = "";
        private long generation;
        private final Map<String, String> templateLabels = new HashMap<>();
        private String architecture = "";
        private String model = "";
        private List<Feature> features = List.of();
        private final Set<String> modelManagers = new HashSet<>();
        private final Set<String> featureManagers = new HashSet<>();
        private String baselineLabel = "";
        private String revisionLabel = "";
        private final Map<String, String> vendorKeys = new HashMap<>();
        private final Map<String, Set<String>> markManagers = new HashMap<>();
        private boolean instancetype;
        private boolean confidential;
        private final ShapeDraft shape = new ShapeDraft();
        private final SizeDraft size = new SizeDraft();
        private String runStrategy = "";
        private String running = "";
        private boolean changing;
        private boolean poolOwned;
        private boolean deleting;
        private boolean optedOut;
        private String namedBaseline = "";
        private boolean adopt;
        private boolean restored;
        private boolean skipOnTemplate;
        private String restart = "";
        private final Set<String> declaredBy = new HashSet<>();

        void metadata(String field, JsonParser value) throws IOException {
            switch (field) {
                case "namespace" -> namespace = shared(value);
                case "name" -> name = text(value);
                case "uid" -> uid = text(value);
                case "generation" -> generation = number(value);
                case "deletionTimestamp" -> deleting = present(value);
                case "annotations" -> each(value, this::ownAnnotation);
                case "labels" -> each(value, this::label);
                case "ownerReferences" ->
                    eachItem(
                            value,
                            owner -> each(owner, (name, text) -> {
                                if (name.equals("kind") && text(text).equals("VirtualMachinePool")) {
                                    poolOwned = true;
                                }
                            }));
                case "managedFields" -> eachItem(value, this::managedFields);
                default -> {}
            }
        }

        private void ownAnnotation(String key, JsonParser value) throws IOException {
            switch (key) {
                case Annotations.BASELINE -> namedBaseline = shared(value);
                case Annotations.ADOPT -> adopt = text(value).equals("true");
                case Annotations.RESTORED -> restored = present(value);
                case Annotations.RESTART -> restart = shared(value);
                default -> annotation(key, value);
            }
        }

        /** One that counts on the template, too. */
        private void annotation(String key, JsonParser value) throws IOException {
            if (key.equals(SKIP) && text(value).equals("true")) {
                optedOut = true;
            }
        }

        private void templateAnnotation(String key, JsonParser value) throws IOException {
            annotation(key, value);
            if (key.equals(SKIP) && text(value).equals("true")) {
                skipOnTemplate = true;
            }
        }

        private void label(String key, JsonParser value) throws IOException {
            switch (key) {
                case OwnedFields.BASELINE_LABEL -> baselineLabel = shared(value);
                case OwnedFields.REVISION_LABEL -> revisionLabel = shared(value);
                default -> {}
            }
        }

        /** The manager's name may come after its fields. */
        private void managedFields(JsonParser entry) throws IOException {
            String[] manager = {""};
            boolean[] declared = {false};
            OwnedPaths owned = new OwnedPaths();
            each(entry, (field, value) -> {
                switch (field) {
                    case "manager" -> manager[0] = shared(value);
                    case "operation" -> declared[0] = text(value).equals("Apply");
                    case "fieldsV1" -> owned.read(value);
                    default -> {}
                }
            });
            if (owned.model()) {
                modelManagers.add(manager[0]);
            }
            if (owned.features()) {
                featureManagers.add(manager[0]);
            }
            if (declared[0] && (owned.model() || owned.features())) {
                declaredBy.add(manager[0]);
            }
            owned.marks()
                    .forEach(mark -> markManagers
                            .computeIfAbsent(mark, m -> new HashSet<>())
                            .add(manager[0]));
        }

        private Marks marks() {
            if (baselineLabel.isEmpty() && revisionLabel.isEmpty() && vendorKeys.isEmpty()) {
                return Marks.NONE;
            }
            Map<String, Owned> vendors = new HashMap<>();
            vendorKeys.forEach((vendor, value) -> vendors.put(vendor, owned(value, OwnedFields.VENDOR_KEY + vendor)));
            return MARKS.shared(new Marks(
                    owned(baselineLabel, OwnedFields.BASELINE_LABEL),
                    owned(revisionLabel, OwnedFields.REVISION_LABEL),
                    vendors));
        }

        private Owned owned(String value, String mark) {
            return new Owned(value, markManagers.getOrDefault(mark, Set.of()));
        }

        void spec(String field, JsonParser value) throws IOException {
            switch (field) {
                case "instancetype" -> instancetype = present(value);
                case "runStrategy" -> runStrategy = shared(value);
                case "running" -> running = value.currentToken() == JsonToken.VALUE_TRUE ? "Always" : "Halted";
                case "template" ->
                    each(value, (name, part) -> {
                        switch (name) {
                            case "metadata" -> each(part, this::templateMetadata);
                            case "spec" -> each(part, this::templateSpec);
                            default -> {}
                        }
                    });
                default -> {}
            }
        }

        void status(String field, JsonParser value) throws IOException {
            if (field.equals("stateChangeRequests")) {
                eachItem(value, request -> changing |= present(request));
            }
        }

        private void templateMetadata(String field, JsonParser value) throws IOException {
            switch (field) {
                case "labels" ->
                    each(value, (key, label) -> {
                        if (label.currentToken() == JsonToken.VALUE_STRING) {
                            templateLabels.put(key.intern(), shared(label));
                        }
                    });
                case "annotations" -> each(value, this::templateAnnotation);
                default -> {}
            }
        }

        private void templateSpec(String field, JsonParser value) throws IOException {
            switch (field) {
                case "architecture" -> architecture = shared(value);
                case "nodeSelector" -> each(value, this::nodeSelector);
                case "domain" -> each(value, this::domain);
                default -> shape.spec(field, value);
            }
        }

        private void nodeSelector(String key, JsonParser value) throws IOException {
            shape.nodeSelector(key, value);
            if (key.startsWith(OwnedFields.VENDOR_KEY)) {
                vendorKeys.put(key.substring(OwnedFields.VENDOR_KEY.length()).intern(), shared(value));
            }
        }

        private void domain(String field, JsonParser value) throws IOException {
            switch (field) {
                case "launchSecurity" -> {
                    confidential = present(value);
                    shape.domain(field, value);
                }
                case "cpu" -> each(value, this::cpu);
                case "memory", "resources" -> size.domain(field, value);
                default -> shape.domain(field, value);
            }
        }

        private void cpu(String field, JsonParser value) throws IOException {
            switch (field) {
                case "model" -> model = shared(value);
                case "features" -> features = features(value);
                case "cores", "sockets", "threads" -> size.cpu(field, value);
                default -> shape.cpu(field, value);
            }
        }

        private Annotations annotations() {
            return ANNOTATIONS.shared(new Annotations(namedBaseline, adopt, restored, skipOnTemplate, restart));
        }

        VirtualMachineSnapshot finished() {
            return new VirtualMachineSnapshot(
                    namespace,
                    name,
                    uid,
                    generation,
                    templateLabels,
                    architecture,
                    model,
                    features,
                    MANAGERS.shared(Set.copyOf(modelManagers)),
                    MANAGERS.shared(Set.copyOf(featureManagers)),
                    marks(),
                    instancetype,
                    size.hasTopology(),
                    confidential,
                    shape.finished(features),
                    size.finished(),
                    POWERS.shared(new Power(runStrategy.isEmpty() ? running : runStrategy, changing)),
                    poolOwned,
                    deleting,
                    optedOut,
                    annotations(),
                    MANAGERS.shared(Set.copyOf(declaredBy)));
        }
    }
}
