package io.cpubaseline.scheduling;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an obstacle is called. */
final class Headline {

    private static final Map<String, String> CONFIDENTIAL = Map.of(
            "kubevirt.io/sev", "SEV",
            "kubevirt.io/sev-es", "SEV-ES",
            "kubevirt.io/sev-snp", "SEV-SNP",
            "kubevirt.io/tdx", "TDX");

    private Headline() {}

    static String of(Obstacle obstacle, Background background) {
        String text = obstacle.lacking().get(0).ask().text();
        return switch (obstacle.origin()) {
            case CpuModel -> "CPU model " + background.guest().model();
            case RequiredFeatures -> features(obstacle);
            case ForbiddenFeatures -> "no CPU with " + Named.few(obstacle.names("!" + KubeVirtLabels.FEATURE));
            case HostModel -> "the host model of its node: " + hostModel(obstacle);
            case StickyHostModel -> "the host model of its first node: " + hostModel(obstacle);
            case ObsoleteHostModel -> "a host model that is not obsolete";
            case MachineType -> "machine type " + Named.few(obstacle.names(KubeVirtLabels.MACHINE_TYPE));
            case TscFrequency -> "a TSC frequency of " + gigahertz(obstacle);
            case HyperV -> hyperv(obstacle);
            case ConfidentialComputing ->
                obstacle.lacking().stream()
                        .map(part -> part.ask().key())
                        .map(key -> CONFIDENTIAL.getOrDefault(key, key))
                        .collect(Collectors.joining(", "));
            case Realtime -> "realtime";
            case DedicatedCpus -> "dedicated CPUs";
            case SourceVendor, BaselineVendor -> "the CPU vendor " + Named.few(obstacle.names(KubeVirtLabels.VENDOR));
            case OwnSelector, KubeVirtSelector, AddedSelector, Unexplained ->
                "the node selector "
                        + Named.few(obstacle.lacking().stream()
                                .map(part -> part.ask().text())
                                .toList());
            case OwnAffinity -> "the node affinity " + text;
            case Taint, NodeCondition -> "the taint " + text;
            case Cordon -> "cordoned, or being drained";
            case Cores, Memory, Device -> text + " free";
            case NoKvm -> "KVM";
            case NotSchedulable -> "a node on which virt-handler works";
            case Architecture -> "the architecture " + background.guest().architecture();
            case NotOfKubeVirt -> "a node of KubeVirt";
        };
    }

    private static String features(Obstacle obstacle) {
        List<String> names = obstacle.names(KubeVirtLabels.FEATURE);
        return (names.size() == 1 ? "the CPU feature " : "the CPU features ") + Named.few(names);
    }

    /** Its model, if that is missing, and its features. */
    private static String hostModel(Obstacle obstacle) {
        List<String> features = obstacle.names(KubeVirtLabels.FEATURE);
        String named =
                features.isEmpty() ? "" : (features.size() == 1 ? "feature " : "features ") + Named.few(features);
        return Stream.concat(
                        obstacle.names(KubeVirtLabels.MIGRATION_MODEL).stream()
                                .limit(1)
                                .map("model "::concat),
                        Stream.of(named))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String hyperv(Obstacle obstacle) {
        List<String> names = obstacle.names(KubeVirtLabels.HYPERV);
        return "Hyper-V's " + (names.isEmpty() ? "evmcs, which needs Intel's vmx" : Named.few(names));
    }

    private static String gigahertz(Obstacle obstacle) {
        return obstacle.names(KubeVirtLabels.TSC).stream()
                .findFirst()
                .map(Headline::gigahertz)
                .orElse("its own");
    }

    /** A frequency in Hz as people say it. */
    static String gigahertz(String hertz) {
        try {
            return new BigDecimal(hertz)
                            .movePointLeft(9)
                            .setScale(3, RoundingMode.HALF_UP)
                            .stripTrailingZeros()
                            .toPlainString()
                    + " GHz";
        } catch (NumberFormatException e) {
            return hertz;
        }
    }
}
