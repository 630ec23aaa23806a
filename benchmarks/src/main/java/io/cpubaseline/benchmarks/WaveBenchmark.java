package io.cpubaseline.benchmarks;

import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Budget;
import io.cpubaseline.campaign.Candidate;
import io.cpubaseline.campaign.Candidate.Consent;
import io.cpubaseline.campaign.MachineState;
import io.cpubaseline.campaign.Memory;
import io.cpubaseline.campaign.Method;
import io.cpubaseline.campaign.Outlook;
import io.cpubaseline.campaign.Rules;
import io.cpubaseline.campaign.Waves;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One look of a restart campaign: what became of a hundred restarts, and who is next among all that are due. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WaveBenchmark {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final int ON_THE_WAY = 50;
    private static final int NAMESPACES = 100;

    /** How many virtual machines are due. */
    @Param({"5000", "50000"})
    public int due;

    private List<Candidate> candidates;
    private Memory memory;
    private Rules rules;

    /** Makes them. */
    @Setup
    public void prepare() {
        candidates = new ArrayList<>();
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < due; i++) {
            String namespace = "team-" + i % NAMESPACES;
            String name = "vm-" + i;
            boolean leaving = i < ON_THE_WAY;
            candidates.add(new Candidate(
                    new MachineState(
                            namespace,
                            name,
                            true,
                            true,
                            NOW.getEpochSecond() - 3600,
                            false,
                            true,
                            leaving,
                            false,
                            true,
                            false,
                            ""),
                    Consent.ALLOWED,
                    null,
                    Method.Restart,
                    i % 7 != 0));
            if (leaving) {
                attempts.add(new Attempt(namespace, name, NOW.minusSeconds(30), Method.Restart, ""));
            }
        }
        memory = new Memory("Haswell-0123456789", 1, 0, null, attempts);
        rules = new Rules(
                false,
                false,
                Set.of(Method.Restart),
                List.of(Budget.DEFAULT),
                List.of(),
                Duration.ofMinutes(10),
                1,
                Set.of());
    }

    /** One look. */
    @Benchmark
    public Outlook nextWave() {
        return Waves.next(
                rules,
                new Waves.Pinned("Haswell-0123456789", NOW.minusSeconds(86_400)),
                memory,
                false,
                candidates,
                NOW);
    }
}
