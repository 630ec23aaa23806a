package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** On how many nodes virtual machines start that take KubeVirt's default model; absent where that is the host's own. */
final class ClusterDefaultFitsCondition implements ConditionRule {

    @Override
    public String type() {
        return "ClusterDefaultFits";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        ClusterDefault clusterDefault = now.observation().clusterDefault();
        Observation.DefaultWrite write = now.observation().defaultWrite();
        if (write != null && write.obstacle() != null) {
            return Optional.of(
                    Finding.no(write.obstacle().reason(), write.obstacle().message()));
        }
        return clusterDefault == null || !clusterDefault.isNamed()
                ? Optional.empty()
                : Optional.of(with(write, judge(now, clusterDefault)));
    }

    private static Finding with(Observation.@Nullable DefaultWrite write, Finding fits) {
        return write == null || write.cost().isEmpty()
                ? fits
                : new Finding(fits.status(), fits.reason(), fits.message() + " " + write.cost());
    }

    private static Finding judge(Circumstances now, ClusterDefault clusterDefault) {
        int selected = now.fleet().selected();
        Criteria.Pin model = new Criteria.Pin(clusterDefault.cpuModel(), FeatureSet.empty(), "");
        Targets targets = now.fleet().targets();
        Targets.Count fitting = targets.of(model, NodeDemand.none());
        String what = "%s gives %s to virtual machines that name no model"
                .formatted(clusterDefault.source(), clusterDefault.cpuModel());
        if (fitting.nodes() == 0) {
            return Finding.no(
                    Reason.FitsNowhere,
                    "%s: none of the %d selected nodes can take them.%s%s"
                            .formatted(what, selected, obsolete(clusterDefault), clusterDefault.remedy()));
        }
        if (fitting.nodes() < selected) {
            return Finding.no(
                    Reason.FitsPartly,
                    "%s: only %d of %d selected nodes (%d of %d cores; %s) can take them, so they pile up there.%s"
                            .formatted(
                                    what,
                                    fitting.nodes(),
                                    selected,
                                    fitting.capacity().cores(),
                                    targets.selected().cores(),
                                    vendors(targets.byVendor(model, NodeDemand.none())),
                                    clusterDefault.remedy()));
        }
        return Finding.yes(Reason.Fits, "%s: all %d selected nodes can take them.".formatted(what, selected));
    }

    private static String obsolete(ClusterDefault clusterDefault) {
        return clusterDefault.obsolete().contains(clusterDefault.cpuModel())
                ? " obsoleteCPUModels has it, so KubeVirt labels no node with it."
                : "";
    }

    private static String vendors(Map<String, Targets.Count> byVendor) {
        return byVendor.entrySet().stream()
                .map(vendor -> "%d %s"
                        .formatted(
                                vendor.getValue().nodes(),
                                vendor.getKey().isEmpty() ? "of unknown vendor" : vendor.getKey()))
                .collect(Collectors.joining(", "));
    }
}
