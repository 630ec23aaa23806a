package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.scalar;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.evidence.Quantity;
import io.cpubaseline.fleet.NodeCapacity;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * CPU and memory that a pod requests, as kube-scheduler counts it (k8s.io/component-helpers/resource, {@code PodRequests} in Kubernetes 1.36):
 * containers together with init containers that keep running, or the one init container that needs more, unless the pod as a whole requests
 * something; and the overhead of its runtime. And whether it requests KVM.
 */
final class PodRequests {

    private static final String KVM = "devices.kubevirt.io/kvm";

    /** Kubernetes' own resources beside CPU and memory have no slash in their names; of these, huge pages alone are a node's to give or not. */
    private static final String HUGE_PAGES = "hugepages-";

    private NodeCapacity running = NodeCapacity.none();
    private NodeCapacity sidecars = NodeCapacity.none();
    private NodeCapacity starting = NodeCapacity.none();
    private NodeCapacity overhead = NodeCapacity.none();
    private OptionalLong milliCoresOfAll = OptionalLong.empty();
    private OptionalLong memoryOfAll = OptionalLong.empty();
    private boolean kvm;

    /** Those of all containers together. */
    private final Map<String, Long> devices = new HashMap<>();

    private static final class Container {
        private final Map<String, Long> devices = new HashMap<>();
        private long milliCores;
        private long memory;
        private boolean keepsRunning;
        private boolean kvm;

        void field(String field, JsonParser value) throws IOException {
            switch (field) {
                case "restartPolicy" -> keepsRunning = text(value).equals("Always");
                case "resources" ->
                    each(value, (kind, list) -> {
                        switch (kind) {
                            case "requests" -> each(list, this::resource);
                            case "limits" -> each(list, this::device);
                            default -> {}
                        }
                    });
                default -> {}
            }
        }

        void resource(String name, JsonParser quantity) throws IOException {
            switch (name) {
                case "cpu" ->
                    milliCores = Quantity.thousandths(scalar(quantity)).orElse(0);
                case "memory" -> memory = Quantity.units(scalar(quantity)).orElse(0);
                default -> device(name, quantity);
            }
        }

        /** KubeVirt writes devices as limits; the API server makes requests of them. */
        void device(String name, JsonParser quantity) throws IOException {
            long number = Quantity.units(scalar(quantity)).orElse(0);
            if (name.equals(KVM)) {
                kvm |= number > 0;
            } else if (number > 0 && (name.indexOf('/') > 0 || name.startsWith(HUGE_PAGES))) {
                devices.put(name.intern(), number);
            }
        }

        NodeCapacity requests() {
            return new NodeCapacity(milliCores, memory);
        }
    }

    void container(JsonParser value) throws IOException {
        Container container = new Container();
        each(value, container::field);
        running = running.plus(container.requests());
        kvm |= container.kvm;
        container.devices.forEach((name, number) -> devices.merge(name, number, Long::sum));
    }

    /** They start one after the other. */
    void initContainer(JsonParser value) throws IOException {
        Container container = new Container();
        each(value, container::field);
        if (container.keepsRunning) {
            sidecars = sidecars.plus(container.requests());
            starting = most(starting, sidecars);
        } else {
            starting = most(starting, sidecars.plus(container.requests()));
        }
    }

    /** A field of {@code spec.resources}: a request of the whole pod replaces the sum of its containers' (on by default since Kubernetes 1.34). */
    void ofAll(String kind, JsonParser list) throws IOException {
        if (kind.equals("requests")) {
            each(list, (name, quantity) -> {
                switch (name) {
                    case "cpu" -> milliCoresOfAll = Quantity.thousandths(scalar(quantity));
                    case "memory" -> memoryOfAll = Quantity.units(scalar(quantity));
                    default -> {}
                }
            });
        }
    }

    /** A field of {@code spec.overhead}. */
    void overhead(String name, JsonParser quantity) throws IOException {
        Container runtime = new Container();
        runtime.resource(name, quantity);
        overhead = overhead.plus(runtime.requests());
    }

    /** Devices other than KVM, and huge pages, by name; those of init containers are left out, since guests' have none. */
    Map<String, Long> devices() {
        return devices;
    }

    /** Whether a container requests KVM. */
    boolean kvm() {
        return kvm;
    }

    NodeCapacity finished() {
        NodeCapacity containers = most(running.plus(sidecars), starting);
        return new NodeCapacity(
                        milliCoresOfAll.orElse(containers.milliCores()), memoryOfAll.orElse(containers.memory()))
                .plus(overhead);
    }

    private static NodeCapacity most(NodeCapacity one, NodeCapacity other) {
        return new NodeCapacity(Math.max(one.milliCores(), other.milliCores()), Math.max(one.memory(), other.memory()));
    }
}
