package io.cpubaseline.catalog;

import io.cpubaseline.cpu.FeatureSet;
import java.util.List;
import java.util.Map;

/** The CPU models that Proxmox VE knows, and the types that it has itself; read at each call. */
public final class ProxmoxTables {

    /** The model that every node can take: the oldest 64-bit one. */
    public static final String LEAST = "kvm64";

    private ProxmoxTables() {}

    /**
     * A CPU type that Proxmox VE makes of one of QEMU's models.
     *
     * @param name as {@code qm set --cpu} takes it
     * @param model QEMU's model
     * @param flags what is added to the model, by libvirt's names
     */
    public record Type(String name, String model, FeatureSet flags) {}

    /** QEMU's 64-bit models that {@code reported-model} can be. */
    public static List<String> models() {
        return Csv.read("proxmox-models.csv").stream()
                .map(row -> cell(row, "model"))
                .toList();
    }

    /** Its own types; each has all that those before it have. */
    public static List<Type> types() {
        return Csv.read("proxmox-types.csv").stream()
                .map(row -> new Type(
                        cell(row, "type"),
                        cell(row, "model"),
                        FeatureSet.copyOf(List.of(cell(row, "flags").split(" ")))))
                .toList();
    }

    private static String cell(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }
}
