package io.cpubaseline.operator.verification;

import io.cpubaseline.console.ClusterAddress;
import io.cpubaseline.console.Console;
import io.cpubaseline.console.Console.Format;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ClusterConnection;
import io.cpubaseline.operator.logging.LogFormat;
import io.cpubaseline.operator.options.DurationText;
import io.cpubaseline.verification.Outcome;
import io.cpubaseline.verification.Rounds;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cpu-baseline verify}: the proof that guests with a baseline migrate to every node that it covers, and live on. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies a ClusterCpuBaseline by migrations. It makes two VirtualMachines of 2",
            "vCPU and 4 GiB for each CPU vendor, with the baseline's model, stress-ng and a",
            "counter inside, and migrates each to every node of its vendor in turn. A guest",
            "has to count on, to find no wrong result, and to keep the flags that the",
            "baseline promises. Nodes that can't take one are named before it begins, by the",
            "rules of why-not. It deletes all that it made, whatever ends it."
        },
        footer = {
            "",
            "Durations: 30s, 10m, 1h30m. Examples:",
            "  cpu-baseline verify -b intel -n verification",
            "  cpu-baseline verify -b intel -n verification --every 1h --for 24h",
            "",
            "docs/verify.md says what it sees, what the image must have, and which",
            "permissions it needs.",
            "Exit codes: 0 every migration succeeded, no guest broke, and every node was",
            "visited or is named with the reason why not; 1 not so; 2 bad input, 70 internal",
            "error; 130 called off, by Ctrl-C or because its Lease was deleted."
        })
public final class VerifyCommand implements Callable<Integer> {

    private static final int VERIFIED = 0;
    private static final int NOT_VERIFIED = 1;

    /** As after Ctrl-C. */
    private static final int CALLED_OFF = 130;

    @Option(
            names = {"-b", "--baseline"},
            paramLabel = "NAME",
            required = true,
            description = "The ClusterCpuBaseline.")
    private String baseline = "";

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Where the VirtualMachines are made. Default: the context's.")
    private @Nullable String namespace;

    @Option(names = "--rounds", paramLabel = "N", description = "How often each guest visits every node. Default: 1")
    private @Nullable Integer rounds;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "Begins a round so often, as long as --for lasts.")
    private @Nullable Duration every;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description = "Begins rounds for so long.")
    private @Nullable Duration length;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            defaultValue = "quay.io/containerdisks/fedora:latest",
            description = "A container disk with cloud-init and Python 3. Default: ${DEFAULT-VALUE}")
    private String image = "";

    @Option(
            names = "--storage-class",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Copies the image into a ReadWriteMany volume of this class (by CDI). Default: no volume.")
    private String storageClass = "";

    @Option(
            names = "--start-limit",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "10m",
            description = "How long guests may take until they count. Default: ${DEFAULT-VALUE}")
    private Duration startLimit = Duration.ZERO;

    @Option(
            names = "--migration-limit",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "15m",
            description = "How long a migration may take. Default: ${DEFAULT-VALUE}")
    private Duration migrationLimit = Duration.ZERO;

    @Option(
            names = "--silence-limit",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "30s",
            description = "How long a guest may be silent, as it is while it is handed over. Default: ${DEFAULT-VALUE}")
    private Duration silenceLimit = Duration.ZERO;

    @Option(names = "--record", description = "Writes the result to the baseline: condition MigrationsVerified.")
    private boolean record;

    @Mixin
    private final ClusterAddress address = new ClusterAddress();

    @Mixin
    private final Console console = new Console();

    @Override
    public Integer call() throws InterruptedException {
        Rounds course = course();
        LogFormat.silence();
        return ClusterConnection.run(
                console,
                address,
                (api, context) -> verify(api, Objects.requireNonNullElse(namespace, context), course));
    }

    private Rounds course() {
        if ((every == null) != (length == null)) {
            throw console.wrong("--every and --for belong together");
        }
        if (every != null && rounds != null) {
            throw console.wrong("--rounds and --every exclude each other");
        }
        if (rounds != null && rounds < 1) {
            throw console.wrong("--rounds: at least 1");
        }
        return every != null && length != null ? Rounds.every(every, length) : Rounds.of(rounds == null ? 1 : rounds);
    }

    private int verify(ApiServer api, String where, Rounds course) throws IOException {
        long begun = System.nanoTime();
        try (Interruption interruption = new Interruption()) {
            Teller teller = new Teller(console.err());
            Preparation preparation;
            try {
                preparation = Preparation.of(api, baseline, image, storageClass, where, console.err());
            } catch (Ended e) {
                throw console.wrong(e.getMessage());
            }
            OutcomeReport.foreseen(preparation).forEach(teller::say);
            Run.Limits limits = new Run.Limits(startLimit, migrationLimit, silenceLimit);
            Run run = new Run(api, where, preparation, course, limits, interruption, teller);
            Outcome outcome = run.verify();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (console.format() == Format.table) {
                OutcomeReport.table(preparation, outcome, took).forEach(console.out()::println);
                console.out().flush();
            } else {
                console.print(OutcomeReport.document(preparation, outcome, took));
            }
            // After Ctrl-C nobody comes back to do it.
            System.out.flush();
            boolean recorded = !record || recorded(api, preparation, outcome, teller);
            return exitCode(outcome.passed(), recorded, run.isCalledOff());
        }
    }

    static int exitCode(boolean passed, boolean recorded, boolean calledOff) {
        if (calledOff) {
            return CALLED_OFF;
        }
        return passed && recorded ? VERIFIED : NOT_VERIFIED;
    }

    /** What says nothing about the baseline leaves what was recorded before. */
    private static boolean recorded(ApiServer api, Preparation preparation, Outcome outcome, Teller teller) {
        if (!outcome.isConclusive()) {
            teller.say("Not recorded: this says nothing about the baseline");
            return true;
        }
        try {
            Recording.write(api, preparation, outcome);
            return true;
        } catch (IOException e) {
            teller.say("cpu-baseline: the result can't be recorded: " + e.getMessage());
            return false;
        }
    }
}
