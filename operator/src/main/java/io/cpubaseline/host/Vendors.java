package io.cpubaseline.host;

/** CPU vendors: as the CPU itself says, and as libvirt and KubeVirt call them (libvirt's {@code src/cpu_map/x86_vendors.xml}). */
final class Vendors {

    private Vendors() {}

    /** libvirt's name; empty for a vendor that it doesn't have. */
    static String named(String cpuid) {
        return switch (cpuid) {
            case "GenuineIntel" -> "Intel";
            case "AuthenticAMD" -> "AMD";
            case "HygonGenuine" -> "Hygon";
            case "CentaurHauls" -> "CentaurHauls";
            case "  Shanghai  ", "Shanghai" -> "Zhaoxin";
            default -> "";
        };
    }
}
