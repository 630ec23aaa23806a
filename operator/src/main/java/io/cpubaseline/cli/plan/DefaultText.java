package io.cpubaseline.cli.plan;

import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.cli.input.DefaultOwner;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.Notes;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cpu.CpuCatalog;
import org.jspecify.annotations.Nullable;

/** Prints what the cluster's default CPU model is worth, and the command that would make it the baseline's. */
final class DefaultText {

    private final Page page;
    private final CpuCatalog catalog;

    DefaultText(Page page, CpuCatalog catalog) {
        this.page = page;
        this.catalog = catalog;
    }

    /**
     * Prints to the page.
     *
     * @param owner what sets the default; null if nothing of the input does
     * @param result the answer for all nodes
     */
    void print(@Nullable DefaultOwner owner, FilePlanner.Result result) {
        if (owner == null) {
            return;
        }
        page.heading("The cluster's default CPU model");
        page.item(result.status().conditions().stream()
                .filter(condition -> condition.type().equals(Notes.CLUSTER_DEFAULT))
                .findFirst()
                .map(DefaultText::words)
                .orElse("%s sets none of its own: virtual machines that name no model get host-model."
                        .formatted(owner.clusterDefault().source())));
        result.plan().answer().baseline().ifPresent(baseline -> remedy(owner, baseline));
    }

    private static String words(Condition condition) {
        return "%s: %s".formatted(condition.reason(), condition.message());
    }

    private void remedy(DefaultOwner owner, Baseline baseline) {
        String model = baseline.model().name();
        if (owner.cpuModel().equals(model)) {
            return;
        }
        page.item("To make the baseline's model the default (%s%s):"
                .formatted(
                        catalog.levels().of(baseline.model().features()),
                        baseline.required().isEmpty()
                                ? ""
                                : ", without the %d features that the baseline requires beside it"
                                        .formatted(baseline.required().size())));
        page.command(owner.patch(model));
    }
}
