package io.cpubaseline.operator.cluster;

import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells whether KubeVirt is as it is meant to be. virt-operator calls a version or deployment the observed one only when all is rolled out,
 * virt-handler on every node included, so nothing else has to be read (KubeVirt 1.8, pkg/virt-operator/resource/apply/reconcile.go:
 * {@code daemonSetsRolledOver}, and pkg/virt-operator/kubevirt.go).
 */
public final class KubeVirtRollout {

    private static final String DEPLOYED = "Deployed";

    private KubeVirtRollout() {}

    /** What all installations that there are say together. */
    public static KubeVirtProgress progress(Collection<KubeVirtView> kubeVirts) {
        if (kubeVirts.isEmpty()) {
            return new KubeVirtProgress("there is no KubeVirt that could tell whether it is complete", null);
        }
        return new KubeVirtProgress(
                kubeVirts.stream()
                        .flatMap(kubeVirt -> underWay(kubeVirt).stream())
                        .findFirst()
                        .orElse(null),
                kubeVirts.stream()
                        .flatMap(kubeVirt -> Stream.ofNullable(kubeVirt.settledSince()))
                        .max(Instant::compareTo)
                        .orElse(null));
    }

    private static Optional<String> underWay(KubeVirtView kubeVirt) {
        String name = "KubeVirt %s/%s".formatted(kubeVirt.namespace(), kubeVirt.name());
        if (!kubeVirt.phase().equals(DEPLOYED)) {
            return Optional.of("%s is in phase %s, not %s"
                    .formatted(name, kubeVirt.phase().isEmpty() ? "(none)" : kubeVirt.phase(), DEPLOYED));
        }
        if (differ(kubeVirt.observedVersion(), kubeVirt.targetVersion())) {
            return Optional.of("%s goes from version %s to %s"
                    .formatted(name, kubeVirt.observedVersion(), kubeVirt.targetVersion()));
        }
        return differ(kubeVirt.observedDeployment(), kubeVirt.targetDeployment())
                ? Optional.of("%s rolls out its components anew, virt-handler among them".formatted(name))
                : Optional.empty();
    }

    /** Old versions don't tell one of them. */
    private static boolean differ(String observed, String target) {
        return !observed.isEmpty() && !target.isEmpty() && !Objects.equals(observed, target);
    }
}
