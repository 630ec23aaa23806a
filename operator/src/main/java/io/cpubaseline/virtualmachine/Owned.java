package io.cpubaseline.virtualmachine;

import java.util.Set;

/**
 * A text in a VirtualMachine, and whose it is.
 *
 * @param value empty if it isn't there
 * @param managers field managers that own it, from {@code metadata.managedFields}; several if they agree, none if an admission policy or a
 *     webhook set it
 */
public record Owned(String value, Set<String> managers) {

    /** What isn't there. */
    public static final Owned NOTHING = new Owned("", Set.of());

    /** Makes the set immutable. */
    public Owned {
        managers = Set.copyOf(managers);
    }

    boolean heldBy(String manager) {
        return managers.contains(manager);
    }

    /** Whether it stays when this manager gives it up: then somebody else owns it, or nobody does. */
    boolean staysWithout(String manager) {
        return !value.isEmpty() && !(managers.size() == 1 && managers.contains(manager));
    }
}
