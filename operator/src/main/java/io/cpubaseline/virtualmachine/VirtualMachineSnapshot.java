package io.cpubaseline.virtualmachine;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A KubeVirt VirtualMachine as far as CPU baselines care. Two snapshots are equal if nothing that could change a decision differs; the
 * API server's resource version, and with it every status update, is left out.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID, which a re-created VM of the same name doesn't share
 * @param generation counts changes of its spec: a snapshot with a lower one than a write has answered is from before that write
 * @param templateLabels {@code spec.template.metadata.labels}, which its instances carry too
 * @param architecture {@code spec.template.spec.architecture}; empty if unset
 * @param model {@code spec.template.spec.domain.cpu.model}; empty if unset
 * @param features {@code spec.template.spec.domain.cpu.features} in their order
 * @param modelManagers field managers that own the model, from {@code metadata.managedFields}; several if they agree
 * @param featureManagers field managers that own the list of features
 * @param marks labels of a baseline and keys of CPU vendors
 * @param instancetype whether it names an instancetype
 * @param cpuTopology whether it sets any of cores, sockets and threads itself
 * @param confidential whether it has {@code launchSecurity}
 * @param shape what it asks of nodes beside its CPU model, as far as its template says it
 * @param size its virtual CPUs and memory, as far as its template says it; nothing where an instancetype says it
 * @param power when KubeVirt runs it
 * @param poolOwned whether a VirtualMachinePool owns it
 * @param deleting whether it is being deleted
 * @param optedOut whether the annotation {@code cpubaseline.io/skip} on it or on its template is {@code true}
 * @param annotations what else is said about baselines by annotations
 * @param declaredBy those of the field managers of model and features that own them by server-side apply, baselines' among them: what they
 *     declare they are going to declare again
 */
public record VirtualMachineSnapshot(
        String namespace,
        String name,
        String uid,
        long generation,
        Map<String, String> templateLabels,
        String architecture,
        String model,
        List<Feature> features,
        Set<String> modelManagers,
        Set<String> featureManagers,
        Marks marks,
        boolean instancetype,
        boolean cpuTopology,
        boolean confidential,
        GuestShape shape,
        NodeCapacity size,
        Power power,
        boolean poolOwned,
        boolean deleting,
        boolean optedOut,
        Annotations annotations,
        Set<String> declaredBy) {

    /**
     * A CPU feature that a VirtualMachine asks for.
     *
     * @param name libvirt's name of it
     * @param policy {@code require}, {@code force}, {@code optional}, {@code disable} or {@code forbid}; empty if unset, which means
     *     {@code require}
     */
    public record Feature(String name, String policy) {

        /** Whether KubeVirt starts the guest only where the feature is labelled. */
        boolean required() {
            return policy.isEmpty() || policy.equals("require");
        }
    }

    /** Makes the collections immutable. */
    public VirtualMachineSnapshot {
        templateLabels = Map.copyOf(templateLabels);
        features = List.copyOf(features);
        modelManagers = Set.copyOf(modelManagers);
        featureManagers = Set.copyOf(featureManagers);
        declaredBy = Set.copyOf(declaredBy);
    }

    /**
     * As it counts in its namespace.
     *
     * @param adopts whether the namespace's annotation lets models be taken over
     */
    public VirtualMachineSnapshot inNamespace(boolean adopts) {
        return annotations.adopt() || !adopts
                ? this
                : new VirtualMachineSnapshot(
                        namespace,
                        name,
                        uid,
                        generation,
                        templateLabels,
                        architecture,
                        model,
                        features,
                        modelManagers,
                        featureManagers,
                        marks,
                        instancetype,
                        cpuTopology,
                        confidential,
                        shape,
                        size,
                        power,
                        poolOwned,
                        deleting,
                        optedOut,
                        annotations.adopting(),
                        declaredBy);
    }

    /**
     * Its virtual CPUs and memory: those that it runs with, as far as they are known; else those of its next start.
     *
     * @param instance its instance, which may have ended; null if there is none
     */
    public NodeCapacity size(@Nullable InstanceSnapshot instance) {
        return instance == null || !instance.live() || instance.size().equals(NodeCapacity.none())
                ? size
                : instance.size();
    }

    /** Whether this manager owns anything in it that is a baseline's. */
    public boolean heldBy(String manager) {
        return modelManagers.contains(manager)
                || featureManagers.contains(manager)
                || marks.all().anyMatch(mark -> mark.heldBy(manager));
    }

    /** Everybody who owns anything in it that is a baseline's; some come several times. */
    public Stream<String> managers() {
        return Stream.of(
                        modelManagers.stream(),
                        featureManagers.stream(),
                        marks.all().flatMap(mark -> mark.managers().stream()))
                .flatMap(managers -> managers);
    }

    /** All that this manager owns of the fields that are a baseline's, with their values. */
    OwnedFields ownedBy(String manager) {
        return new OwnedFields(
                modelManagers.contains(manager) ? model : "",
                featureManagers.contains(manager) ? features : List.of(),
                marks.vendors().entrySet().stream()
                        .filter(key -> key.getValue().heldBy(manager))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(""),
                marks.baseline().heldBy(manager) ? marks.baseline().value() : "",
                marks.revision().heldBy(manager) ? marks.revision().value() : "");
    }

    /** Whether this manager owns exactly these of the fields that are a baseline's, with these values. */
    public boolean holds(String manager, OwnedFields fields) {
        return owned(manager, modelManagers, model, fields.cpuModel())
                && featureManagers.contains(manager) != fields.features().isEmpty()
                && (fields.features().isEmpty() || features.equals(fields.features()))
                && owned(manager, marks.baseline().managers(), marks.baseline().value(), fields.baseline())
                && owned(manager, marks.revision().managers(), marks.revision().value(), fields.revision())
                && holdsVendor(manager, fields.vendor());
    }

    private boolean holdsVendor(String manager, String vendor) {
        boolean noOther = marks.vendors().entrySet().stream()
                .noneMatch(
                        key -> key.getValue().heldBy(manager) && !key.getKey().equals(vendor));
        return noOther
                && (vendor.isEmpty()
                        || marks.vendor(vendor).heldBy(manager)
                                && marks.vendor(vendor).value().equals("true"));
    }

    private static boolean owned(String manager, Set<String> managers, String value, String wanted) {
        return wanted.isEmpty() ? !managers.contains(manager) : managers.contains(manager) && value.equals(wanted);
    }
}
