package io.cpubaseline.cli.plan;

import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.change.Confinement;
import io.cpubaseline.cli.configuration.CommonCpu;
import io.cpubaseline.cli.configuration.Configuration;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.Overview;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.report.HardwareOnly;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was planned, as other programs take it: the pinned baseline, or the candidate where nothing can be pinned yet. */
final class CommonCpus {

    private CommonCpus() {}

    /** One for all nodes; nothing if they have none. */
    static Optional<Configuration.Found> of(FilePlanner.Result result) {
        return cpu(result).map(cpu -> new Configuration.Found(List.of(cpu), cpu));
    }

    /** One for each vendor that has one; nothing if none has. */
    static Optional<Configuration.Found> of(Overview overview) {
        List<CommonCpu> each = new ArrayList<>();
        overview.vendors().forEach(vendor -> cpu(vendor.result()).ifPresent(each::add));
        return each.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Configuration.Found(each, cpu(overview.mixed()).orElse(null)));
    }

    private static Optional<CommonCpu> cpu(FilePlanner.Result result) {
        PinnedBaseline pinned = result.status().pinned();
        if (pinned != null) {
            return Optional.of(cpu(
                    result,
                    pinned.revision(),
                    pinned.cpuModel(),
                    pinned.requiredFeatures(),
                    pinned.abiLevel(),
                    pinned.vendor()));
        }
        CandidateBaseline candidate = result.status().candidate();
        return candidate == null
                ? Optional.empty()
                : Optional.of(cpu(
                        result,
                        candidate.revision(),
                        candidate.cpuModel(),
                        candidate.requiredFeatures(),
                        candidate.abiLevel(),
                        Confinement.of(result.plan().fleet(), false)));
    }

    private static CommonCpu cpu(
            FilePlanner.Result result,
            String revision,
            String model,
            List<RequiredFeature> required,
            @Nullable String level,
            @Nullable String vendor) {
        Fleet fleet = result.plan().fleet();
        List<CpuClass> classes = Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream())
                .toList();
        return new CommonCpu(
                Objects.requireNonNullElse(vendor, ""),
                model,
                FeatureSet.copyOf(required.stream().map(RequiredFeature::name).toList()),
                AbiLevel.parse(String.valueOf(level)).orElse(AbiLevel.NONE),
                revision,
                fleet.contributing().stream()
                        .mapToInt(cpuClass -> cpuClass.nodes().size())
                        .sum(),
                HardwareOnly.of(fleet).size(),
                classes.stream()
                        .map(CpuClass::usable)
                        .reduce(FeatureSet::intersect)
                        .orElse(FeatureSet.empty()));
    }
}
