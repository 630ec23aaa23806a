package io.cpubaseline.operator.release;

import io.cpubaseline.console.Console;
import io.cpubaseline.operator.kube.ClusterOptions;
import io.cpubaseline.operator.logging.LogFormat;
import io.cpubaseline.operator.release.Releasing.Held;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline release}: gives virtual machines back that are held by baselines which no longer exist. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Gives back what deleted ClusterCpuBaselines have left in VirtualMachines.",
            "",
            "Deleting a baseline leaves its CPU model and features in VirtualMachines,",
            "unless its releasePolicy is Remove. This takes them out: what the baseline",
            "owns, and nothing that anybody else has set. VirtualMachines of baselines",
            "that exist are left alone. Running ones are not restarted: they keep their",
            "CPU until their next start, and show RestartRequired until then."
        },
        footer = {
            "",
            "Examples, for all namespaces and for what old-rack left in the namespace shop:",
            "  cpu-baseline release -A --dry-run",
            "  cpu-baseline release -A",
            "  cpu-baseline release --baseline old-rack -n shop",
            "",
            "It needs the permissions to list, get and patch virtualmachines.kubevirt.io",
            "and to list clustercpubaselines.cpubaseline.io.",
            "Exit codes: 0 nothing is left, 1 something is (the output says what and why),",
            "2 bad input, 70 internal error."
        })
public final class ReleaseCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int SOMETHING_IS_LEFT = 1;

    @Option(names = "--baseline", paramLabel = "NAME", description = "Only what this baseline has left. Default: all.")
    private @Nullable String baseline;

    @Option(names = "--dry-run", description = "Say what would be released; write nothing.")
    private boolean dryRun;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private final Console console = new Console();

    @Override
    public Integer call() throws InterruptedException {
        LogFormat.silence();
        return cluster.run(console, (api, namespace) -> release(new Releasing(api), namespace));
    }

    private int release(Releasing releasing, String where) throws IOException, InterruptedException {
        List<String> existing = releasing.baselines();
        if (baseline != null && existing.contains(baseline)) {
            console.err()
                    .println(
                            "cpu-baseline: the ClusterCpuBaseline %s exists: its operator would write the fields again. Delete it first (with spec.virtualMachines.releasePolicy: Remove it releases them itself), or let single VirtualMachines opt out: kubectl annotate vm NAME cpubaseline.io/skip=true"
                                    .formatted(baseline));
            return SOMETHING_IS_LEFT;
        }
        Releasing.Found found = releasing.find(where, existing, baseline);
        ReleaseReport report = ReleaseReport.to(console, where, dryRun, found);
        for (Held held : found.held()) {
            report.done(dryRun ? Releasing.foreseen(held) : releasing.release(held));
        }
        return report.finish() ? DONE : SOMETHING_IS_LEFT;
    }
}
