package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.eachItem;
import static io.cpubaseline.operator.watch.JsonFields.present;
import static io.cpubaseline.operator.watch.JsonFields.shared;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Reads pods: those in which guests run, and what others request of a node. */
public final class LauncherReader implements ObjectReader<LauncherReader.PodView> {

    /** Set by KubeVirt on the pods of an instance: the instance's UID. */
    private static final String CREATED_BY = "kubevirt.io/created-by";

    /** Set by KubeVirt on the pod of a migration's target: the migration's name. */
    private static final String MIGRATION = "kubevirt.io/migrationJobName";

    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /**
     * A pod.
     *
     * @param namespace its namespace
     * @param name its name
     * @param instance the UID of the VirtualMachineInstance that it is for; empty if it is for none
     * @param migration the migration whose target it is; empty if it is none's
     * @param nodeName where it is placed; empty before that
     * @param ended whether it has ended: only then kube-scheduler counts it no longer
     * @param deleting whether it is being deleted; its containers may run on for as long as its grace period
     * @param placement its node selector, its required node affinity and its tolerations
     * @param requests what it requests, with all its containers, as kube-scheduler counts it
     * @param devices what else it requests, by the resource's name: devices other than KVM, huge pages in bytes
     * @param kvm whether a container requests {@code devices.kubevirt.io/kvm}
     * @param aboutOtherPods whether where it can go depends on other pods, too: affinity, anti-affinity, topology spread
     * @param scheduler {@code spec.schedulerName}; empty if unset
     */
    public record PodView(
            String namespace,
            String name,
            String instance,
            String migration,
            String nodeName,
            boolean ended,
            boolean deleting,
            Placement placement,
            NodeCapacity requests,
            Map<String, Long> devices,
            boolean kvm,
            boolean aboutOtherPods,
            String scheduler) {

        /** Makes the map immutable. */
        public PodView {
            devices = Map.copyOf(devices);
        }

        /** Whether it takes something of its node away from others: kube-scheduler counts it to its end (Kubernetes 1.36). */
        public boolean takesRoom() {
            return !nodeName.isEmpty() && !ended;
        }

        /** The same with an equal placement, which others have, too. */
        public PodView with(Placement equal) {
            return new PodView(
                    namespace,
                    name,
                    instance,
                    migration,
                    nodeName,
                    ended,
                    deleting,
                    equal,
                    requests,
                    devices,
                    kvm,
                    aboutOtherPods,
                    scheduler);
        }

        /** Whether it has ended, or is about to: no guest stays in it. */
        public boolean over() {
            return ended || deleting;
        }
    }

    @Override
    public PodView read(JsonParser object) throws IOException {
        Draft draft = new Draft();
        each(object, (field, value) -> {
            switch (field) {
                case "metadata" -> each(value, draft::metadata);
                case "spec" -> each(value, draft::spec);
                case "status" ->
                    each(value, (part, content) -> {
                        if (part.equals("phase")) {
                            draft.ended = ENDED.contains(text(content));
                        }
                    });
                default -> {}
            }
        });
        return draft.finished();
    }

    @Override
    public ObjectName nameOf(PodView view) {
        return new ObjectName(view.namespace(), view.name());
    }

    private static final class Draft {
        private String namespace = "";
        private String name = "";
        private String instance = "";
        private String migration = "";
        private String nodeName = "";
        private boolean ended;
        private boolean deleting;
        private boolean aboutOtherPods;
        private String scheduler = "";
        private final PlacementDraft placement = new PlacementDraft();
        private final PodRequests requests = new PodRequests();

        void metadata(String field, JsonParser value) throws IOException {
            switch (field) {
                case "namespace" -> namespace = shared(value);
                case "name" -> name = text(value);
                case "deletionTimestamp" -> deleting = present(value);
                case "labels" ->
                    each(value, (key, label) -> {
                        if (key.equals(CREATED_BY)) {
                            instance = text(label);
                        }
                    });
                case "annotations" ->
                    each(value, (key, annotation) -> {
                        if (key.equals(MIGRATION)) {
                            migration = text(annotation);
                        }
                    });
                default -> {}
            }
        }

        void spec(String field, JsonParser value) throws IOException {
            switch (field) {
                case "nodeName" -> nodeName = shared(value);
                case "schedulerName" -> scheduler = shared(value);
                case "nodeSelector" -> each(value, placement::nodeSelector);
                case "affinity" ->
                    each(value, (kind, affinity) -> {
                        if (kind.equals("nodeAffinity")) {
                            each(affinity, placement::nodeAffinity);
                        } else {
                            each(affinity, this::ofOtherPods);
                        }
                    });
                case "topologySpreadConstraints" ->
                    eachItem(
                            value,
                            constraint -> each(
                                    constraint,
                                    (part, content) -> aboutOtherPods |= part.equals("whenUnsatisfiable")
                                            && text(content).equals("DoNotSchedule")));
                case "containers" -> eachItem(value, requests::container);
                case "initContainers" -> eachItem(value, requests::initContainer);
                case "resources" -> each(value, requests::ofAll);
                case "overhead" -> each(value, requests::overhead);
                default -> placement.field(field, value);
            }
        }

        /** That a migration's target is another node than its source is said by a term of its own, about the instance's pods. */
        private void ofOtherPods(String strength, JsonParser terms) throws IOException {
            if (strength.equals("requiredDuringSchedulingIgnoredDuringExecution")) {
                eachItem(terms, term -> {
                    boolean[] ofKubeVirt = {false};
                    each(term, (part, content) -> {
                        if (part.equals("labelSelector")) {
                            each(content, (kind, labels) -> {
                                if (kind.equals("matchLabels")) {
                                    each(labels, (key, value) -> ofKubeVirt[0] |= key.equals(CREATED_BY));
                                }
                            });
                        }
                    });
                    aboutOtherPods |= !ofKubeVirt[0];
                });
            }
        }

        PodView finished() {
            return new PodView(
                    namespace,
                    name,
                    instance,
                    migration,
                    nodeName,
                    ended,
                    deleting,
                    placement.finished(),
                    requests.finished(),
                    requests.devices(),
                    requests.kvm(),
                    aboutOtherPods,
                    scheduler);
        }
    }
}
