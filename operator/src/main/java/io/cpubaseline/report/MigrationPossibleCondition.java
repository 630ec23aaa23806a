package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Pin;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a virtual machine with the pinned baseline always has a node to move to. */
final class MigrationPossibleCondition implements ConditionRule {

    private static final String UNKNOWN_VENDOR = "unknown vendor";

    @Override
    public String type() {
        return "MigrationPossible";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Pin pin = now.pin();
        return pin == null ? Optional.empty() : Optional.of(judge(now, pin));
    }

    private static Finding judge(Circumstances now, Pin pin) {
        Observation observation = now.observation();
        Map<String, Integer> domains = observation.plan().explanation().domains();
        List<String> lonely = domains.entrySet().stream()
                .filter(domain -> domain.getValue() == 1)
                .map(domain -> domain.getKey().isEmpty() ? UNKNOWN_VENDOR : domain.getKey())
                .toList();
        // A node of unknown vendor is no other vendor: nothing is claimed about it.
        List<String> vendors =
                domains.keySet().stream().filter(vendor -> !vendor.isEmpty()).toList();
        if (domains.isEmpty()) {
            return Finding.no(
                    Reason.NowhereSchedulable,
                    "No contributing node can take this baseline now, so a virtual machine with it can't leave its node.%s"
                            .formatted(now.cordoned(pin)));
        }
        KubeVirtVersion kubeVirt = observation.kubeVirtVersion();
        if (kubeVirt != null && !kubeVirt.keepsVendor() && vendors.size() > 1) {
            return Finding.no(
                    Reason.CrossVendorMigration,
                    "KubeVirt %s may migrate a virtual machine to a node of another CPU vendor (%s), which neither QEMU nor KVM promises to work. Upgrade KubeVirt to 1.6.4, 1.7.1, 1.8.0 or later, or make one baseline per vendor.%s"
                            .formatted(kubeVirt.text(), String.join(", ", vendors), safety(now, pin)));
        }
        if (!lonely.isEmpty()) {
            return Finding.no(
                    Reason.SingleNodeDomain,
                    "Only one node %s can take this baseline: a virtual machine there can't leave it, since KubeVirt migrates within a CPU vendor. %s%s%s"
                            .formatted(
                                    lonely.size() == 1
                                            ? "of " + lonely.get(0)
                                            : "each of " + String.join(" and ", lonely),
                                    companions(lonely),
                                    now.cordoned(pin),
                                    safety(now, pin)));
        }
        if (now.shapes().stuck() > 0) {
            return Finding.no(
                    Reason.SingleNodeShape,
                    "Of the virtual machines, %s: they can't leave their node. Give it to more nodes, or have them ask for less; status.virtualMachines.shapes counts nodes for each kind.%s%s"
                            .formatted(now.shapes().stuckInWords(), now.cordoned(pin), safety(now, pin)));
        }
        return GuestKernel.judge(now, pin)
                .orElseGet(() -> Finding.yes(
                        Reason.Possible, "Every vendor among the nodes has at least two that can take this baseline."));
    }

    private static String companions(List<String> lonely) {
        String told = lonely.stream().allMatch(UNKNOWN_VENDOR::equals)
                ? ""
                : "Add a node of that vendor, or run virtual machines that must be able to move on other nodes.";
        String untold = lonely.contains(UNKNOWN_VENDOR)
                ? "A node of unknown vendor has no label cpu-vendor.node.kubevirt.io/…, or several: restart virt-handler there, which writes it, and delete a stale one."
                : "";
        return (told + " " + untold).strip();
    }

    /** What a guest's kernel leaves out, beside what is worse. */
    private static String safety(Circumstances now, Pin pin) {
        return GuestKernel.judge(now, pin)
                .map(finding -> " " + finding.message())
                .orElse("");
    }
}
