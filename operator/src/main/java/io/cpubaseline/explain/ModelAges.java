package io.cpubaseline.explain;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.explain.FlagAccount.FirstModel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which models are older, and under which names and versions there are the same. */
final class ModelAges {

    private final CpuCatalog catalog;
    private final Facts facts;

    ModelAges(CpuCatalog catalog, Facts facts) {
        this.catalog = catalog;
        this.facts = facts;
    }

    /** The model under all its names and versions, the oldest first. */
    List<CpuModel> versions(CpuModel model) {
        String family = base(model);
        return catalog.models().stream()
                .filter(other -> base(other).equals(family))
                .sorted(Comparator.comparingInt(CpuModel::order).thenComparing(CpuModel::name))
                .toList();
    }

    private static String base(CpuModel model) {
        return model.name().replaceFirst("-v\\d+$", "");
    }

    /** How many models of the vendor are newer, by libvirt's order, versions not counted. */
    int newer(CpuModel model) {
        return (int) catalog.models().stream()
                .filter(other -> other.order() > model.order() && !other.versioned() && !other.obsolete())
                .filter(other -> !base(other).equals(base(model)))
                .filter(other -> other.vendor().equals(model.vendor()))
                .count();
    }

    /** The oldest model of each vendor of which that is so, with the year of its CPU where it is known. */
    List<FirstModel> oldest(Predicate<CpuModel> is) {
        Map<String, CpuModel> byVendor = new LinkedHashMap<>();
        catalog.models().stream()
                .filter(model -> !model.vendor().isEmpty() && !model.versioned() && model.namedByLibvirt())
                .filter(is)
                .sorted(Comparator.comparingInt(CpuModel::order))
                .forEach(model -> byVendor.putIfAbsent(model.vendor(), model));
        return byVendor.values().stream()
                .map(model -> new FirstModel(model, facts.year(model)))
                .toList();
    }
}
