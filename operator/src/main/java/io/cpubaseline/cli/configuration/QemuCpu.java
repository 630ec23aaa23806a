package io.cpubaseline.cli.configuration;

import io.cpubaseline.catalog.QemuNames;
import io.cpubaseline.cpu.CpuCatalog;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The option {@code -cpu} of QEMU, by QEMU's names of features. {@code enforce} ends QEMU where the host lacks something, which it would else leave
 * out with a warning (QEMU, {@code docs/system/cpu-models-x86.rst} and {@code target/i386/cpu.c}, {@code x86_cpu_filter_features}; 7.2 to 11.1).
 */
public final class QemuCpu implements Configuration {

    private final CpuCatalog catalog;

    /** By the models of this catalog. */
    public QemuCpu(CpuCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public List<String> lines(Found found) {
        Draft draft = Draft.ofHashes();
        draft.blocks(found.each(), "", cpu -> draft.line("-cpu " + argument(cpu)));
        return draft.lines();
    }

    private String argument(CommonCpu cpu) {
        Stream<String> added = cpu.added(catalog).stream().map(feature -> QemuNames.of(feature) + "=on");
        Stream<String> removed = cpu
                .known(catalog)
                .filter(model -> model.features().contains(CommonCpu.MPX))
                .map(model -> CommonCpu.MPX + "=off")
                .stream();
        return Stream.of(Stream.of(cpu.model()), added, removed, Stream.of("enforce"))
                .flatMap(parts -> parts)
                .collect(Collectors.joining(","));
    }
}
