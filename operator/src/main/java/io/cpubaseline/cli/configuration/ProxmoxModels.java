package io.cpubaseline.cli.configuration;

import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.catalog.ProxmoxTables;
import io.cpubaseline.catalog.QemuNames;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sections of {@code /etc/pve/virtual-guest/cpu-models.conf} of Proxmox VE: a section {@code cpu-model: NAME}, and beneath it, indented, {@code
 * flags} ({@code +FLAG} separated by semicolons, QEMU's names) and {@code reported-model}, which must be one of those that Proxmox VE knows
 * (cpu-models.conf(5), pve-docs 9.1.3; qemu-server 8.4.10 and 9.2.6, {@code PVE/QemuServer/CPUConfig.pm}). Proxmox VE itself adds QEMU's {@code
 * enforce} and the vendor of the reported model.
 */
public final class ProxmoxModels implements Configuration {

    private final CpuCatalog catalog;
    private final SelectionRules rules;

    /** By these tables. */
    public ProxmoxModels(CpuCatalog catalog, SelectionRules rules) {
        this.catalog = catalog;
        this.rules = rules;
    }

    @Override
    public List<String> lines(Found found) {
        Draft draft = Draft.ofHashes();
        draft.blocks(found.each(), "", cpu -> {
            draft.comment("Add to /etc/pve/virtual-guest/cpu-models.conf, then:");
            draft.command("qm set VMID --cpu custom-" + cpu.name());
            draft.comment("The nearest type that Proxmox VE 8 has itself, and all of these nodes can take: %s."
                    .formatted(ownType(cpu)));
            section(draft, cpu);
        });
        return draft.lines();
    }

    private void section(Draft draft, CommonCpu cpu) {
        FeatureSet guest = cpu.known(catalog)
                .map(CpuModel::features)
                .orElse(FeatureSet.empty())
                .union(cpu.required());
        CpuModel reported = reported(cpu, guest);
        if (!reported.name().equals(cpu.model())) {
            draft.comment("Proxmox VE has no %s: %s and flags come nearest.".formatted(cpu.model(), reported.name()));
        }
        String flags = Stream.concat(
                        added(cpu, guest, reported).stream().map(feature -> "+" + QemuNames.of(feature)),
                        reported.features().contains(CommonCpu.MPX) ? Stream.of("-" + CommonCpu.MPX) : Stream.empty())
                .collect(Collectors.joining(";"));
        draft.line("cpu-model: " + cpu.name());
        if (!flags.isEmpty()) {
            draft.line("    flags " + flags);
        }
        draft.line("    reported-model " + reported.name());
    }

    /** What the platform or the guest's topology decides, and what describes one host, comes with the reported model or not at all. */
    private FeatureSet added(CommonCpu cpu, FeatureSet guest, CpuModel reported) {
        return guest.minus(reported.features())
                .filter(feature -> cpu.required().contains(feature)
                        || !rules.neverRequired().test(feature));
    }

    /** The baseline's own model where Proxmox VE knows it; else one that has nothing that the baseline lacks, and as much of it as possible. */
    private CpuModel reported(CommonCpu cpu, FeatureSet guest) {
        String vendor = cpu.known(catalog).map(CpuModel::vendor).orElse("");
        return ProxmoxTables.models().stream()
                .map(name -> catalog.model(name).orElseThrow())
                .filter(model -> model.name().equals(cpu.model()) || guest.containsAll(needed(model)))
                .filter(model -> reaches(cpu, guest, model))
                .max(Comparator.<CpuModel, Boolean>comparing(
                                model -> model.name().equals(cpu.model()))
                        .thenComparing(model -> model.vendor().equals(vendor))
                        .thenComparing(model -> model.features().size())
                        .thenComparing(CpuModel::order))
                .orElseGet(() -> catalog.model(ProxmoxTables.LEAST).orElseThrow());
    }

    private FeatureSet needed(CpuModel model) {
        return model.features().minus(catalog.neverBlocks()).minus(FeatureSet.of(CommonCpu.MPX));
    }

    /** Whether the guest keeps the baseline's level: a model of a low CPUID level loses AVX. */
    private boolean reaches(CommonCpu cpu, FeatureSet guest, CpuModel model) {
        return model.name().equals(cpu.model())
                || catalog.guestLevel(model, added(cpu, guest, model), rules.leaf0xDSet())
                        .atLeast(cpu.level());
    }

    /** The highest of Proxmox VE's own types whose model and flags every node has. */
    private String ownType(CommonCpu cpu) {
        String best = "none";
        for (ProxmoxTables.Type type : ProxmoxTables.types()) {
            CpuModel model = catalog.model(type.model()).orElseThrow();
            if (cpu.usable().containsAll(needed(model).union(type.flags()))) {
                best = type.name();
            }
        }
        return best;
    }
}
