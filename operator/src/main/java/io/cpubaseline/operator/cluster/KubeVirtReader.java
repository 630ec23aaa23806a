package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.eachItem;
import static io.cpubaseline.operator.watch.JsonFields.number;
import static io.cpubaseline.operator.watch.JsonFields.scalar;
import static io.cpubaseline.operator.watch.JsonFields.shared;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import io.cpubaseline.report.ClusterDefault;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads KubeVirt's own resource, of which a cluster has one: whether KubeVirt is up, and in which version. */
public final class KubeVirtReader implements ObjectReader<KubeVirtReader.KubeVirtView> {

    /** Conditions that change when virt-operator begins and ends a roll-out (KubeVirt 1.8, pkg/virt-operator/util/status.go). */
    private static final Set<String> OF_AN_UPGRADE = Set.of("Available", "Progressing", "Degraded");

    /**
     * An installation of KubeVirt.
     *
     * @param namespace where it is installed
     * @param name what it is called
     * @param hyperConverged the resource of the HyperConverged Cluster Operator that manages it; empty if none does
     * @param phase {@code Deployed} when it is up; empty before it is
     * @param observedVersion the version that is running; empty if not known
     * @param targetVersion the version that is to run; another one during an upgrade; empty if not known
     * @param observedDeployment identifies what is running, with all that the spec makes of it; empty if not known
     * @param targetDeployment identifies what is to run; empty if not known
     * @param settledSince when its conditions last changed to what they are; null if it has none
     * @param configuration what its spec says about guests
     */
    public record KubeVirtView(
            String namespace,
            String name,
            String hyperConverged,
            String phase,
            String observedVersion,
            String targetVersion,
            String observedDeployment,
            String targetDeployment,
            @Nullable Instant settledSince,
            Configuration configuration) {}

    /**
     * What {@code spec.configuration} says about where guests can land.
     *
     * @param machineType the default machine type of amd64 guests; empty for KubeVirt's own
     * @param cpuModel the default CPU model; empty for KubeVirt's own
     * @param obsoleteModels models that are called obsolete here; KubeVirt's own list does not count
     * @param hypervStrictCheck whether the feature gate {@code HypervStrictCheck} is on
     * @param minimumTscFrequency the TSC frequency that guests with a fixed one get, in Hz; 0 if KubeVirt chooses
     * @param nodeSelectors labels that the node of every guest must have
     * @param useEmulation whether guests may be emulated, and so need no KVM
     */
    public record Configuration(
            String machineType,
            String cpuModel,
            Set<String> obsoleteModels,
            boolean hypervStrictCheck,
            long minimumTscFrequency,
            Map<String, String> nodeSelectors,
            boolean useEmulation) {

        /** That of a cluster whose KubeVirt resource says nothing, or isn't there. */
        public static Configuration none() {
            return new Configuration("", "", Set.of(), false, 0, Map.of(), false);
        }

        /**
         * What it has to do with where guests can land.
         *
         * @param machineTypeSelected whether this version selects nodes by the machine type
         * @param lowestTscFrequency the lowest frequency in Hz among the nodes that guests run on, which counts where none is set; 0 if none is told
         */
        public SchedulingRules rules(boolean machineTypeSelected, LongSupplier lowestTscFrequency) {
            return SchedulingRules.of(
                            machineType,
                            machineTypeSelected,
                            cpuModel,
                            hypervStrictCheck,
                            minimumTscFrequency > 0 ? minimumTscFrequency : lowestTscFrequency.getAsLong())
                    .selecting(NodeSelection.ofLabels(nodeSelectors))
                    .emulating(useEmulation);
        }
    }

    @Override
    public KubeVirtView read(JsonParser object) throws IOException {
        String[] found = {"", "", "", "", "", "", ""};
        Instant[] settled = {null};
        OwnerDraft owner = new OwnerDraft();
        ConfigurationDraft configuration = new ConfigurationDraft();
        each(object, (field, value) -> {
            switch (field) {
                case "metadata" ->
                    each(value, (part, content) -> {
                        switch (part) {
                            case "namespace" -> found[0] = shared(content);
                            case "name" -> found[1] = shared(content);
                            case "labels" -> each(content, owner::label);
                            case "ownerReferences" -> eachItem(content, owner::reference);
                            default -> {}
                        }
                    });
                case "spec" ->
                    each(value, (part, content) -> {
                        if (part.equals("configuration")) {
                            each(content, configuration::field);
                        }
                    });
                case "status" ->
                    each(value, (part, content) -> {
                        switch (part) {
                            case "phase" -> found[2] = shared(content);
                            case "observedKubeVirtVersion" -> found[3] = shared(content);
                            case "targetKubeVirtVersion" -> found[4] = shared(content);
                            case "observedDeploymentID" -> found[5] = shared(content);
                            case "targetDeploymentID" -> found[6] = shared(content);
                            case "conditions" -> eachItem(content, condition -> condition(condition, settled));
                            default -> {}
                        }
                    });
                default -> {}
            }
        });
        return new KubeVirtView(
                found[0],
                found[1],
                owner.finished(),
                found[2],
                found[3],
                found[4],
                found[5],
                found[6],
                settled[0],
                configuration.finished());
    }

    /** The latest transition counts. */
    private static void condition(JsonParser condition, @Nullable Instant[] latest) throws IOException {
        String[] typeAndTime = {"", ""};
        each(condition, (field, value) -> {
            switch (field) {
                case "type" -> typeAndTime[0] = text(value);
                case "lastTransitionTime" -> typeAndTime[1] = text(value);
                default -> {}
            }
        });
        if (!OF_AN_UPGRADE.contains(typeAndTime[0])) {
            return;
        }
        try {
            Instant time = Instant.parse(typeAndTime[1]);
            Instant before = latest[0];
            latest[0] = before == null || time.isAfter(before) ? time : before;
        } catch (DateTimeParseException e) {
            // A condition without a time tells nothing.
        }
    }

    /** Who manages it. */
    private static final class OwnerDraft {
        private String owner = "";
        private String managedBy = "";
        private String app = "";

        void label(String key, JsonParser value) throws IOException {
            switch (key) {
                case ClusterDefault.MANAGED_BY -> managedBy = shared(value);
                case ClusterDefault.APP -> app = shared(value);
                default -> {}
            }
        }

        void reference(JsonParser reference) throws IOException {
            String[] kindAndName = {"", ""};
            each(reference, (field, value) -> {
                switch (field) {
                    case "kind" -> kindAndName[0] = text(value);
                    case "name" -> kindAndName[1] = shared(value);
                    default -> {}
                }
            });
            if (kindAndName[0].equals(ClusterDefault.HYPERCONVERGED)) {
                owner = kindAndName[1];
            }
        }

        String finished() {
            return ClusterDefault.hyperConverged(owner, managedBy, app);
        }
    }

    private static final class ConfigurationDraft {
        private String machineType = "";
        private String machineTypeOfAmd64 = "";
        private String cpuModel = "";
        private final Set<String> obsoleteModels = new HashSet<>();
        private boolean hypervStrictCheck;
        private long minimumTscFrequency;
        private final Map<String, String> nodeSelectors = new HashMap<>();
        private boolean useEmulation;

        void field(String field, JsonParser value) throws IOException {
            switch (field) {
                case "machineType" -> machineType = shared(value);
                case "cpuModel" -> cpuModel = shared(value);
                case "obsoleteCPUModels" -> each(value, (model, counts) -> obsoleteModels.add(model));
                case "architectureConfiguration" ->
                    each(value, (architecture, content) -> {
                        if (architecture.equals("amd64")) {
                            each(content, (name, type) -> {
                                if (name.equals("machineType")) {
                                    machineTypeOfAmd64 = shared(type);
                                }
                            });
                        }
                    });
                case "developerConfiguration" -> each(value, this::developer);
                default -> {}
            }
        }

        private void developer(String field, JsonParser value) throws IOException {
            switch (field) {
                case "minimumClusterTSCFrequency" -> minimumTscFrequency = Math.max(0, number(value));
                case "useEmulation" -> useEmulation = scalar(value).equals("true");
                case "nodeSelectors" -> each(value, (key, label) -> nodeSelectors.put(key, shared(label)));
                case "featureGates" ->
                    eachItem(value, gate -> hypervStrictCheck |= text(gate).equals("HypervStrictCheck"));
                default -> {}
            }
        }

        Configuration finished() {
            return new Configuration(
                    machineType.isEmpty() ? machineTypeOfAmd64 : machineType,
                    cpuModel,
                    Set.copyOf(obsoleteModels),
                    hypervStrictCheck,
                    minimumTscFrequency,
                    Map.copyOf(nodeSelectors),
                    useEmulation);
        }
    }

    @Override
    public ObjectName nameOf(KubeVirtView view) {
        return new ObjectName(view.namespace(), view.name());
    }
}
