package io.cpubaseline.virtualmachine;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A virtual machine for tests: amd64, with cores of its own and nothing else, but for what is said. */
public final class VirtualMachineBuilder {

    private String namespace = "shop";
    private String name = "web";
    private String uid = "";
    private long generation = 1;
    private Map<String, String> templateLabels = Map.of();
    private String architecture = "amd64";
    private String model = "";
    private List<Feature> features = List.of();
    private Set<String> modelManagers = Set.of();
    private Set<String> featureManagers = Set.of();
    private Owned baselineLabel = Owned.NOTHING;
    private Owned revisionLabel = Owned.NOTHING;
    private final Map<String, Owned> vendors = new HashMap<>();
    private boolean instancetype;
    private boolean cpuTopology = true;
    private boolean confidential;
    private GuestShape shape = GuestShape.plain();
    private NodeCapacity size = NodeCapacity.none();
    private Power power = Power.UNSAID;
    private boolean poolOwned;
    private boolean deleting;
    private boolean optedOut;
    private Annotations annotations = Annotations.NONE;
    private Set<String> declaredBy = Set.of();

    private VirtualMachineBuilder() {}

    public static VirtualMachineBuilder vm() {
        return new VirtualMachineBuilder();
    }

    public static VirtualMachineBuilder vm(String name) {
        return vm().name(name);
    }

    public VirtualMachineBuilder name(String value) {
        name = value;
        return this;
    }

    public VirtualMachineBuilder namespace(String value) {
        namespace = value;
        return this;
    }

    /** The labels of its template. */
    public VirtualMachineBuilder templateLabels(Map<String, String> value) {
        templateLabels = value;
        return this;
    }

    /** A re-created virtual machine of the same name has another UID. */
    public VirtualMachineBuilder uid(String value) {
        uid = value;
        return this;
    }

    public VirtualMachineBuilder generation(long value) {
        generation = value;
        return this;
    }

    public VirtualMachineBuilder architecture(String value) {
        architecture = value;
        return this;
    }

    public VirtualMachineBuilder model(String value, String... managers) {
        model = value;
        modelManagers = Set.of(managers);
        return this;
    }

    /** Features as {@code name} or {@code name:policy}. */
    public VirtualMachineBuilder features(String list, String... managers) {
        List<Feature> parsed = new ArrayList<>();
        for (String feature : list.split(" ")) {
            String[] parts = (feature + ":").split(":", 2);
            parsed.add(new Feature(parts[0], parts[1].replace(":", "")));
        }
        return features(parsed, managers);
    }

    public VirtualMachineBuilder features(List<Feature> list, String... managers) {
        features = list;
        featureManagers = Set.of(managers);
        return this;
    }

    /** The key of a vendor in its node selector. */
    public VirtualMachineBuilder vendor(String vendor, String value, String... managers) {
        vendors.put(vendor, new Owned(value, Set.of(managers)));
        return this;
    }

    /** Its labels of a baseline; empty ones aren't there. */
    public VirtualMachineBuilder labels(String baseline, String revision, String... managers) {
        return baselineLabel(baseline, managers).revisionLabel(revision, managers);
    }

    public VirtualMachineBuilder baselineLabel(String baseline, String... managers) {
        baselineLabel = baseline.isEmpty() ? Owned.NOTHING : new Owned(baseline, Set.of(managers));
        return this;
    }

    public VirtualMachineBuilder revisionLabel(String revision, String... managers) {
        revisionLabel = revision.isEmpty() ? Owned.NOTHING : new Owned(revision, Set.of(managers));
        return this;
    }

    /** It carries what the target wants, written by the target's baseline. */
    public VirtualMachineBuilder carrying(Target target) {
        return having(target.fields(), target.manager());
    }

    /** It has these fields, owned by this manager. */
    public VirtualMachineBuilder having(OwnedFields fields, String manager) {
        model = fields.cpuModel();
        modelManagers = fields.cpuModel().isEmpty() ? Set.of() : Set.of(manager);
        features = fields.features();
        featureManagers = fields.features().isEmpty() ? Set.of() : Set.of(manager);
        vendors.clear();
        if (!fields.vendor().isEmpty()) {
            vendor(fields.vendor(), "true", manager);
        }
        return labels(fields.baseline(), fields.revision(), manager);
    }

    public VirtualMachineBuilder instancetype() {
        instancetype = true;
        return this;
    }

    public VirtualMachineBuilder withoutCpuTopology() {
        cpuTopology = false;
        return this;
    }

    public VirtualMachineBuilder confidential() {
        confidential = true;
        return this;
    }

    public VirtualMachineBuilder evmcs() {
        return shape(new GuestShape(
                "", Set.of(), true, false, 0, Set.of(), List.of("vmx"), List.of(), Placement.anywhere()));
    }

    public VirtualMachineBuilder shape(GuestShape value) {
        shape = value;
        return this;
    }

    /** Its virtual CPUs and its memory in bytes. */
    public VirtualMachineBuilder size(long cores, long memory) {
        size = new NodeCapacity(1000 * cores, memory);
        return this;
    }

    public VirtualMachineBuilder power(String runStrategy, boolean changing) {
        power = new Power(runStrategy, changing);
        return this;
    }

    /** The annotation that lets a campaign restart it. */
    public VirtualMachineBuilder restart(String consent) {
        annotations = new Annotations(
                annotations.baseline(),
                annotations.adopt(),
                annotations.restored(),
                annotations.skipOnTemplate(),
                consent);
        return this;
    }

    public VirtualMachineBuilder waitAsReceiver() {
        power = new Power("WaitAsReceiver", false);
        return this;
    }

    public VirtualMachineBuilder poolOwned() {
        poolOwned = true;
        return this;
    }

    public VirtualMachineBuilder deleting() {
        deleting = true;
        return this;
    }

    public VirtualMachineBuilder optedOut() {
        optedOut = true;
        return this;
    }

    /** Its annotation names this baseline. */
    public VirtualMachineBuilder named(String baseline) {
        annotations = new Annotations(
                baseline,
                annotations.adopt(),
                annotations.restored(),
                annotations.skipOnTemplate(),
                annotations.restart());
        return this;
    }

    /** Its annotation lets a model be taken over. */
    public VirtualMachineBuilder adopt() {
        annotations = annotations.adopting();
        return this;
    }

    /** KubeVirt has restored or cloned it. */
    public VirtualMachineBuilder optedOutOnTemplate() {
        optedOut = true;
        annotations = new Annotations(
                annotations.baseline(), annotations.adopt(), annotations.restored(), true, annotations.restart());
        return this;
    }

    public VirtualMachineBuilder restored() {
        annotations = new Annotations(
                annotations.baseline(), annotations.adopt(), true, annotations.skipOnTemplate(), annotations.restart());
        return this;
    }

    /** These own its model or its features by server-side apply. */
    public VirtualMachineBuilder declaredBy(String... managers) {
        declaredBy = Set.of(managers);
        return this;
    }

    public VirtualMachineSnapshot build() {
        return new VirtualMachineSnapshot(
                namespace,
                name,
                uid.isEmpty() ? "uid-of-" + name : uid,
                generation,
                templateLabels,
                architecture,
                model,
                features,
                modelManagers,
                featureManagers,
                new Marks(baselineLabel, revisionLabel, vendors),
                instancetype,
                cpuTopology,
                confidential,
                shape,
                size,
                power,
                poolOwned,
                deleting,
                optedOut,
                annotations,
                declaredBy);
    }
}
