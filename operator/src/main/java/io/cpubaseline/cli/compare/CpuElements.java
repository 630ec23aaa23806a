package io.cpubaseline.cli.compare;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What nodes give to guests, as {@code virsh cpu-baseline} takes it: a {@code <cpu>} for each class, by the newest model of its vendor that is usable
 * there, with what it has beside it required and what libvirt's map may have beyond it disabled. The features of nested virtualization by Intel, which are
 * MSRs and not known to every libvirt, are left out.
 *
 * @param catalog the models and features that are known
 * @param models the models that this libvirt knows
 * @param unknown features that this libvirt does not know
 */
record CpuElements(CpuCatalog catalog, Set<String> models, FeatureSet unknown) {

    private static final String MSR = "vmx-";

    /** The same, without a feature that libvirt has turned out not to know. */
    CpuElements without(String feature) {
        return new CpuElements(catalog, models, unknown.with(feature));
    }

    /** The elements, in the order of the classes. */
    String of(List<CpuClass> classes) {
        StringBuilder text = new StringBuilder();
        classes.forEach(cpuClass -> append(text, cpuClass));
        return text.toString();
    }

    private void append(StringBuilder text, CpuClass cpuClass) {
        FeatureSet usable = told(cpuClass.usable());
        CpuModel model = catalog.models().stream()
                .filter(known -> models.contains(known.name()))
                .filter(known -> cpuClass.evidence().labelledModels().contains(known.name()))
                .max(Comparator.comparing((CpuModel known) -> known.vendors().contains(cpuClass.vendor()))
                        .thenComparing(CpuModel::order))
                .or(() -> catalog.model("qemu64"))
                .orElseThrow();
        FeatureSet own = model.features().union(model.libvirtRequires());
        text.append("<cpu>\n  <arch>x86_64</arch>\n  <model>%s</model>\n".formatted(model.name()));
        if (!cpuClass.vendor().isEmpty()) {
            text.append("  <vendor>%s</vendor>\n".formatted(cpuClass.vendor()));
        }
        // Both lists may repeat what libvirt's map of the model has or lacks: it makes no difference to libvirt.
        usable.stream().forEach(feature -> feature(text, "require", feature));
        told(own).minus(usable).stream().forEach(feature -> feature(text, "disable", feature));
        text.append("</cpu>\n");
    }

    private FeatureSet told(FeatureSet features) {
        return features.intersect(catalog.features()).minus(unknown).filter(feature -> !feature.startsWith(MSR));
    }

    private static void feature(StringBuilder text, String policy, String name) {
        text.append("  <feature policy='%s' name='%s'/>\n".formatted(policy, name));
    }
}
