package io.cpubaseline.explain;

import java.util.List;

/**
 * Why a node doesn't give a flag to guests.
 *
 * @param by who is to blame
 * @param why what was found, in words
 * @param remedy what helps, in words; empty if nothing does
 * @param mendable whether something can be done so that the node gives it; what isn't known may be
 * @param source where the fact is from; empty if it is what the node's own labels say
 * @param look further things to look at on the node, each with its command
 */
public record Lack(By by, String why, String remedy, boolean mendable, String source, List<Look> look) {

    /** Makes the list immutable. */
    public Lack {
        look = List.copyOf(look);
    }

    /** Who takes a flag from guests. */
    public enum By {
        /** The CPU has none. */
        SILICON("the CPU lacks it"),
        /** Microcode took it, or brings it. */
        MICROCODE("taken by microcode, or not brought by it yet"),
        /** A switch in the firmware (BIOS). */
        FIRMWARE("off in the firmware (BIOS)"),
        /** The node's Linux switched it off. */
        KERNEL("taken by the kernel"),
        /** KVM, QEMU or libvirt withholds it. */
        KVM("the hypervisor withholds it"),
        /** KVM makes it for guests, and doesn't there. */
        EMULATED("the hypervisor makes it"),
        /** The node is itself a virtual machine, whose hypervisor withholds it. */
        OUTER_HYPERVISOR("withheld from the node itself"),
        /** KubeVirt's label is stale, odd, or contradicts other evidence. */
        LABEL("a label that proves nothing"),
        /** The node tells nothing. */
        NO_LABELS("no labels"),
        /** node-feature-discovery's default list of labels leaves it out. */
        DENYLIST("not known: node-feature-discovery publishes no label of it"),
        /** Nobody tells. */
        UNKNOWN("not known");

        private final String words;

        By(String words) {
            this.words = words;
        }

        /** In words. */
        public String words() {
            return words;
        }
    }

    /**
     * A thing to look at.
     *
     * @param why what it may be
     * @param command a command on the node that tells; may be empty
     * @param remedy what helps then
     * @param source where that is said
     */
    public record Look(String why, String command, String remedy, String source) {}
}
