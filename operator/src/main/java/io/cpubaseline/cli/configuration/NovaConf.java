package io.cpubaseline.cli.configuration;

import io.cpubaseline.cpu.CpuCatalog;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The section {@code [libvirt]} of OpenStack's nova.conf. The options and their values are those of {@code nova/conf/libvirt.py} (nova 34): {@code
 * cpu_models} belongs to {@code cpu_mode = custom} alone, and of several models nova takes the first unless a flavor asks for CPU traits; {@code
 * cpu_model_extra_flags} has libvirt's names, in lower case, where {@code -} before one switches it off (since nova 23).
 */
public final class NovaConf implements Configuration {

    private final CpuCatalog catalog;

    /** By the names of this catalog, which are libvirt's. */
    public NovaConf(CpuCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public List<String> lines(Found found) {
        Draft draft = Draft.ofHashes();
        draft.blocks(found.each(), "", cpu -> {
            draft.comment(
                    cpu.vendor().isEmpty()
                            ? "For the nova-compute of these hosts."
                            : "For the nova-compute of these hosts, and of no other vendor's: one file has one [libvirt]."
                                    + " Nova compares CPUs before a live migration; a host aggregate per vendor keeps"
                                    + " its scheduler from trying.");
            draft.line("[libvirt]");
            draft.line("cpu_mode = custom");
            draft.line("cpu_models = " + cpu.model());
            String flags = flags(cpu);
            if (!flags.isEmpty()) {
                draft.line("cpu_model_extra_flags = " + flags);
            }
        });
        return draft.lines();
    }

    private String flags(CommonCpu cpu) {
        Stream<String> removed = cpu.mayHaveMpx(catalog) ? Stream.of("-" + CommonCpu.MPX) : Stream.empty();
        return Stream.concat(cpu.added(catalog).stream(), removed).collect(Collectors.joining(", "));
    }
}
