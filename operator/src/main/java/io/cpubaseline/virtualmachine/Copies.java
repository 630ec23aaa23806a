package io.cpubaseline.virtualmachine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * By what it is known that fields which somebody else owns are copies of what a baseline has written: tools for restores, clones and backups write
 * the whole spec, and own it then.
 *
 * @param tools field managers that write copies only, by the operator's configuration
 * @param earlier what the baseline has had pinned before
 */
public record Copies(Set<String> tools, List<OwnedFields> earlier) {

    /** KubeVirt's, which restores and clones, but also expands an instancetype into a template, and that is the user's choice. */
    private static final String VIRT_CONTROLLER = "virt-controller";

    /** Nothing is known. */
    public static final Copies NONE = new Copies(Set.of(), List.of());

    /** Makes the collections immutable. */
    public Copies {
        tools = Set.copyOf(tools);
        earlier = List.copyOf(earlier);
    }

    /**
     * Whether what these managers own of model and features is a copy: both together are what the baseline has pinned or had pinned before, and
     * either these managers write copies only, or they have written the baseline's labels, too, and don't declare what they write.
     *
     * @param managers those who own the model or the features beside the baseline; at least one
     */
    boolean contain(VirtualMachineSnapshot vm, Target target, List<String> managers) {
        Optional<OwnedFields> copied = Stream.concat(Stream.of(target.fields()), earlier.stream())
                .filter(revision -> isIn(vm, revision))
                .findFirst();
        Predicate<String> copier = manager -> tools.contains(manager)
                || manager.equals(VIRT_CONTROLLER) && vm.annotations().restored();
        return copied.isPresent()
                && (managers.stream().allMatch(copier)
                        || cameAlong(vm.marks(), copied.get(), managers, vm.declaredBy()));
    }

    private static boolean cameAlong(Marks marks, OwnedFields copied, List<String> managers, Set<String> declaring) {
        return marks.baseline().value().equals(copied.baseline())
                && marks.revision().value().equals(copied.revision())
                && marks.baseline().managers().containsAll(managers)
                && marks.revision().managers().containsAll(managers)
                && managers.stream().noneMatch(declaring::contains);
    }

    /** Whether model and features are those of a revision. */
    static boolean isIn(VirtualMachineSnapshot vm, OwnedFields revision) {
        return revision.cpuModel().equals(vm.model()) && revision.features().equals(vm.features());
    }
}
