package io.cpubaseline.cli.configuration;

import io.cpubaseline.cpu.CpuCatalog;
import java.util.List;

/**
 * The element {@code <cpu>} of a libvirt domain, as libvirt's "Domain XML format" (CPU model and topology) has it.
 *
 * <p>{@code check='partial'} refuses a host that lacks anything of the model or of the features, and once the guest runs, libvirt itself notes all
 * that it has, so that a migration must keep it. {@code check='full'} refuses every first start, since QEMU adds {@code hypervisor} and others that
 * no model of libvirt's has ("extra features: hypervisor,arat"), and {@code check='none'} starts a guest without what the host lacks (measured
 * with libvirt 9.0 and QEMU 7.2). {@code <vendor>} refuses hosts of another CPU vendor, as the node selector of the baseline does in KubeVirt.
 */
public final class LibvirtCpu implements Configuration {

    private final CpuCatalog catalog;

    /** By the names of this catalog, which are libvirt's. */
    public LibvirtCpu(CpuCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public List<String> lines(Found found) {
        Draft draft = Draft.ofXml();
        draft.blocks(found.each(), "", cpu -> {
            draft.comment("In place of the domain's cpu element (virsh edit); a topology stays.");
            draft.line("<cpu mode='custom' match='exact' check='partial'>");
            draft.line("  <model fallback='forbid'>%s</model>".formatted(cpu.model()));
            if (!cpu.vendor().isEmpty()) {
                draft.line("  <vendor>%s</vendor>".formatted(cpu.vendor()));
            }
            cpu.added(catalog).stream().forEach(feature -> draft.line(feature("require", feature)));
            if (cpu.mayHaveMpx(catalog)) {
                draft.line(feature("disable", CommonCpu.MPX));
            }
            draft.line("</cpu>");
        });
        return draft.lines();
    }

    private static String feature(String policy, String name) {
        return "  <feature policy='%s' name='%s'/>".formatted(policy, name);
    }
}
