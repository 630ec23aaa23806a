package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.GuestSight;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.NodeCpu;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a guest's kernel leaves out because the pinned model shows it another CPU than the node's: it decides by vendor and family, whatever
 * the features are.
 */
final class GuestKernel {

    private static final int FEATURES = 5;

    private final CpuModel model;
    private final GuestSight sight;
    private final List<CpuClass> classes;
    private final List<Limit> limits;
    private final CpuCatalog catalog;

    private GuestKernel(CpuModel model, CpuCatalog catalog, List<CpuClass> classes, List<Limit> limits) {
        this.model = model;
        this.catalog = catalog;
        this.sight = GuestSight.of(model, classes, catalog.families());
        this.classes = classes;
        this.limits = limits;
    }

    /** What is to be said about the pinned model on the nodes that can take it; nothing if guests see what they run on. */
    static Optional<Finding> judge(Circumstances now, Pin pin) {
        CpuCatalog catalog = now.observation().catalog();
        CpuModel model = catalog.model(pin.cpuModel()).orElse(null);
        // A node of unknown vendor is no foreign one: nothing is claimed about it.
        List<CpuClass> known = now.fleet().contributing().stream()
                .filter(cpuClass -> !cpuClass.vendor().isEmpty())
                .toList();
        if (model == null || known.isEmpty()) {
            return Optional.empty();
        }
        GuestKernel kernel = new GuestKernel(
                model, catalog, known, now.observation().plan().explanation().limits());
        return kernel.foreign().or(kernel::old);
    }

    private Optional<Finding> foreign() {
        List<CpuClass> foreign = sight.foreign();
        if (foreign.isEmpty()) {
            return Optional.empty();
        }
        Set<String> vendors = new TreeSet<>();
        foreign.forEach(cpuClass -> vendors.add(cpuClass.vendor()));
        String owner = model.vendor().isEmpty() ? "nobody's own" : model.vendor() + "'s";
        return Optional.of(Finding.no(
                Reason.ForeignVendorModel,
                "%s is %s, and %s of %s: guests there see another vendor's CPU, so their kernels leave out %s.%s"
                        .formatted(
                                model.name(),
                                owner,
                                share(foreign),
                                String.join(" and ", vendors),
                                sight.leftOut(),
                                foreign.size() < classes.size()
                                        ? " A baseline per vendor has none of this."
                                        : " Unless cpuModel.name asks for it, that is because no model of the nodes' own vendor reaches the level."
                                                + wayOut(better ->
                                                        better.vendors().containsAll(vendors)))));
    }

    /** Whether the model's family is older than every node's. */
    private Optional<Finding> old() {
        if (!sight.old()) {
            return Optional.empty();
        }
        String wayOut = wayOut(better ->
                better.cpuFamily() > model.cpuFamily() && better.vendors().equals(model.vendors()));
        return Optional.of(Finding.no(
                Reason.OldFamilyModel,
                "%s is CPU family %d, and the nodes are of family %d or newer: a guest's kernel decides by the family, and leaves out %s.%s"
                        .formatted(model.name(), model.cpuFamily(), sight.oldest(), sight.leftOut(), wayOut)));
    }

    /** What stands in the way of the nearest model that guests would be better off with. */
    private String wayOut(Predicate<CpuModel> isBetter) {
        return limits.stream()
                .filter(limit -> catalog.model(limit.model()).filter(isBetter).isPresent())
                .min(Comparator.comparing((Limit limit) -> !limit.mendable())
                        .thenComparingInt(Limit::nodes)
                        .thenComparingInt(limit -> limit.missing().size()))
                .map(this::inTheWay)
                .orElse("");
    }

    private String inTheWay(Limit limit) {
        List<NodeCpu> nodes =
                limit.blocking().stream().flatMap(c -> c.nodes().stream()).toList();
        return " %s is not possible because %s %s %s%s%s"
                .formatted(
                        limit.model(),
                        NodeNames.examples(nodes),
                        nodes.size() == 1 ? "lacks" : "lack",
                        lacked(limit),
                        LimitReports.why(limit),
                        nodes.size() == count(classes)
                                ? ""
                                : " Else leave %s out by nodeSelector.".formatted(nodes.size() == 1 ? "it" : "them"));
    }

    private static String lacked(Limit limit) {
        String label = "KubeVirt's label of it";
        if (limit.missing().isEmpty()) {
            return label;
        }
        return some(limit.missing()) + (LimitReports.complete(limit).isEmpty() ? "" : " or " + label);
    }

    private static String some(FeatureSet features) {
        int more = features.size() - FEATURES;
        return String.join(" ", features.names().stream().limit(FEATURES).toList())
                + (more > 0 ? " and %d more".formatted(more) : "");
    }

    private String share(List<CpuClass> part) {
        int nodes = count(part);
        String verb = nodes == 1 ? "is" : "are";
        if (part.size() < classes.size()) {
            return "%d of %d nodes %s".formatted(nodes, count(classes), verb);
        }
        return nodes == 1 ? "the only node is" : "all %d nodes are".formatted(nodes);
    }

    private static int count(Collection<CpuClass> classes) {
        return classes.stream().mapToInt(cpuClass -> cpuClass.nodes().size()).sum();
    }
}
