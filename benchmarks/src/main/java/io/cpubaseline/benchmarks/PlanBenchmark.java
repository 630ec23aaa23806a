package io.cpubaseline.benchmarks;

import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Selection;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.io.IOException;
import java.util.List;
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

/**
 * From nodes to an explained answer: a plan from nothing, and the plan after one node changed. The calibration is a fixed piece of work that
 * tells how fast the machine was in this very run.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlanBenchmark {

    /** How many nodes; they are of 40 CPU classes. */
    @Param({"10", "100", "1000", "5000", "50000"})
    public int nodes;

    private Selection selection;
    private Planner planner;
    private List<NodeCpu> fleet;
    private List<CpuEvidence> classes;
    private int step;

    /** Makes the fleet. */
    @Setup
    public void prepare() throws IOException {
        selection = CatalogLoader.selection();
        planner = new Planner(selection);
        classes = SyntheticFleet.classes(40, selection.catalog());
        fleet = SyntheticFleet.nodes(nodes, classes);
    }

    /** A planner that has never seen these nodes. */
    @Benchmark
    public Plan planFromNothing() {
        return plan(new Planner(selection));
    }

    /** One node turns into one of another class; everything else is as before. */
    @Benchmark
    public Plan oneNodeChanges() {
        step++;
        int index = step % fleet.size();
        NodeCpu node = fleet.get(index);
        fleet.set(index, node.withEvidence(classes.get(step % classes.size())));
        return plan(planner);
    }

    private Plan plan(Planner by) {
        return by.plan(by.assess(fleet, Policy.open(), null), Policy.open());
    }

    /** Fixed work: a million steps of a linear congruential generator. */
    @Benchmark
    public long calibration() {
        long value = 1;
        for (int i = 0; i < 1_000_000; i++) {
            value = value * 6364136223846793005L + 1442695040888963407L;
        }
        return value;
    }
}
