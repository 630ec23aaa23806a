package io.cpubaseline.cli.page;

import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.cli.input.FleetInput;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.cli.planning.Overview;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.GuestNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that the page tells: what the same rules as {@code plan}'s and the operator's have answered, and what from.
 *
 * @param answers the answer for all nodes, or one for each vendor
 * @param mixed the one for all where there are several vendors
 * @param untold the nodes that tell no vendor, where the others are of several
 * @param kinds the kinds of nodes
 * @param input what was read
 * @param told what hosts told of themselves
 * @param baseline the spec that was asked for; null for an empty one
 * @param catalog the models and features that are known
 * @param rules which features play a role of their own
 * @param guests which guests need which level, the least demanding first
 */
record Findings(
        List<Scope> answers,
        Optional<Scope> mixed,
        Optional<FilePlanner.Result> untold,
        Kinds kinds,
        FleetInput input,
        HostsTold told,
        @Nullable BaselineManifest baseline,
        CpuCatalog catalog,
        SelectionRules rules,
        List<GuestNeed> guests) {

    static final String ONE_FOR_ALL = "One for all";
    static final String ALL_NODES = "All nodes";

    static Findings of(FleetQuestion.Asked asked) {
        CpuCatalog catalog = asked.planner().catalog();
        Optional<Overview> overview = asked.overview();
        List<Scope> answers = new ArrayList<>();
        overview.ifPresentOrElse(
                several -> several.vendors()
                        .forEach(vendor ->
                                answers.add(Scope.of(vendor.vendor(), vendor.vendor(), vendor.result(), catalog))),
                () -> answers.add(Scope.of(ALL_NODES, "", asked.plan(), catalog)));
        Optional<Scope> mixed = overview.map(several -> Scope.of(ONE_FOR_ALL, "", several.mixed(), catalog));
        return new Findings(
                List.copyOf(answers),
                mixed,
                overview.flatMap(several -> Optional.ofNullable(several.untold())),
                Kinds.of(mixed.orElse(answers.get(0)), answers),
                asked.input(),
                asked.told(),
                asked.baseline(),
                catalog,
                asked.planner().planner().rules(),
                GuestNeeds.known());
    }

    /** The answer that all nodes have a say in. */
    Scope whole() {
        return mixed.orElse(answers.get(0));
    }

    /** The answers, and the one for all. */
    List<Scope> all() {
        List<Scope> all = new ArrayList<>(answers);
        mixed.ifPresent(all::add);
        return all;
    }

    /** Those of which there is something. */
    List<Scope> answered() {
        return all().stream().filter(scope -> scope.given().isPresent()).toList();
    }

    boolean severalVendors() {
        return mixed.isPresent();
    }

    /** Whether some answer rests on the hardware alone. */
    boolean unproven() {
        return !whole().unproven().isEmpty();
    }

    /** Whether there is any answer. */
    boolean hasBaseline() {
        return all().stream().anyMatch(scope -> scope.result().hasBaseline());
    }
}
