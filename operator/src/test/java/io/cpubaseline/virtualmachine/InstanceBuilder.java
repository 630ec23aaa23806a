package io.cpubaseline.virtualmachine;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** An instance for tests: it runs as host-model, asks for nothing and is its virtual machine's, but for what is said. */
public final class InstanceBuilder {

    private final String name;
    private String namespace = "shop";
    private String uid = "i";
    private long created;
    private String model = "host-model";
    private List<String> requiredFeatures = List.of();
    private String phase = "Running";
    private String nodeName = "n0";
    private GuestShape shape = GuestShape.plain();
    private NodeCapacity size = NodeCapacity.none();
    private long runningSince;
    private String unschedulable = "";
    private String given = "";
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

    private InstanceBuilder(String name) {
        this.name = name;
    }

    /** The instance of the virtual machine of that name. */
    public static InstanceBuilder instance(String name) {
        return new InstanceBuilder(name);
    }

    public InstanceBuilder namespace(String value) {
        namespace = value;
        return this;
    }

    public InstanceBuilder uid(String value) {
        uid = value;
        return this;
    }

    /** In seconds since 1970. */
    public InstanceBuilder created(long seconds) {
        created = seconds;
        return this;
    }

    public InstanceBuilder cpu(String cpuModel, List<String> required) {
        model = cpuModel;
        requiredFeatures = required;
        return this;
    }

    /** It has what the target wants. */
    public InstanceBuilder carrying(Target target) {
        return cpu(
                target.cpuModel(), target.features().stream().map(Feature::name).toList());
    }

    public InstanceBuilder phase(String value) {
        phase = value;
        return this;
    }

    public InstanceBuilder on(String node) {
        nodeName = node;
        return this;
    }

    public InstanceBuilder shape(GuestShape value) {
        shape = value;
        return this;
    }

    /** Its virtual CPUs and its memory in bytes. */
    public InstanceBuilder size(long cores, long memory) {
        size = new NodeCapacity(1000 * cores, memory);
        return this;
    }

    /** In seconds since 1970. */
    public InstanceBuilder runningSince(long seconds) {
        runningSince = seconds;
        return this;
    }

    /** kube-scheduler finds no node for it. */
    public InstanceBuilder unschedulable(String words) {
        unschedulable = words;
        return this;
    }

    /** The admission policy gave it what the target wants when it was created. */
    public InstanceBuilder given(Target target) {
        given = target.fields().revision();
        return carrying(target);
    }

    /** It is so, beside what it is already. */
    public InstanceBuilder being(Trait... more) {
        traits.addAll(List.of(more));
        return this;
    }

    public InstanceSnapshot build() {
        return new InstanceSnapshot(
                namespace,
                name,
                uid,
                created,
                name,
                model,
                requiredFeatures,
                phase,
                nodeName,
                shape,
                size,
                runningSince,
                unschedulable,
                given,
                traits);
    }
}
